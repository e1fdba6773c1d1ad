//! The script of `/team`, in one piece: counsellors open it once a day.

fn main() {
    frontend::begin(app::entry::staff, |question| {
        Box::pin(async move { Some(client::worker::answer_staff(&question)) })
    });
}
