use leptos::prelude::Effect;

/// Runs after the screen was built, and again after something that it read has changed: [`leptos::prelude::Effect`].
pub fn effect(run: impl FnMut() + 'static) {
    begin(Box::new(run));
}

/// As [`effect`], with what it said before.
pub fn effect_after<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) {
    let mut before = None;
    effect(move || before = Some(run(before.take())));
}

#[inline(never)]
fn begin(run: Box<dyn FnMut()>) {
    Effect::new(run);
}
