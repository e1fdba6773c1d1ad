//! Writing, and showing what was written: the marks of `domain::writing`, and the box for words of a crisis.

#[cfg(feature = "csr")]
pub mod crisis;
#[cfg(feature = "csr")]
pub mod dom;
#[cfg(any(feature = "csr", test))]
pub mod edit;
#[cfg(feature = "csr")]
pub mod pen;
#[cfg(feature = "csr")]
pub mod shown;
#[cfg(feature = "csr")]
pub mod tools;
