//! All tests of the crate from outside, as one program: it links once.

#[cfg(test)]
mod common;
#[cfg(test)]
mod decoders;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod golden_inputs;
#[cfg(test)]
mod opaque;
#[cfg(test)]
mod transplant;
#[cfg(test)]
mod trust;
#[cfg(test)]
mod wycheproof;
#[cfg(test)]
mod xwing;
