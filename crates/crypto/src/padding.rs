//! Plaintexts in few sizes: `len 4 | content | zeros`.

use zeroize::Zeroizing;

use crate::error::{FormatError, OpenError};

/// The seven sizes of messages' inner parts and of drafts.
pub const SIZES: [usize; 7] = [512, 1024, 2048, 4096, 8192, 16_384, 32_768];

/// The smallest of the seven sizes that holds `len` bytes.
pub(crate) fn size_for(len: usize) -> Option<usize> {
    SIZES.into_iter().find(|size| *size >= len)
}

/// Bytes of the length before the content.
pub(crate) const LENGTH_LEN: usize = 4;

/// Pads to exactly `size` bytes.
pub(crate) fn pad(content: &[u8], size: usize) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    let len = u32::try_from(content.len()).map_err(|_| FormatError::Length)?;
    if LENGTH_LEN + content.len() > size {
        return Err(FormatError::Length);
    }
    let mut padded = Zeroizing::new(Vec::with_capacity(size));
    padded.extend_from_slice(&len.to_be_bytes());
    padded.extend_from_slice(content);
    padded.resize(size, 0);
    Ok(padded)
}

/// Takes the content out again; whatever is not zero behind it is a second spelling.
pub(crate) fn unpad(padded: &[u8]) -> Result<&[u8], OpenError> {
    let (len, rest) = padded.split_first_chunk().ok_or(OpenError)?;
    let len = usize::try_from(u32::from_be_bytes(*len)).map_err(|_| OpenError)?;
    let (content, zeros) = rest.split_at_checked(len).ok_or(OpenError)?;
    if zeros.iter().all(|byte| *byte == 0) {
        Ok(content)
    } else {
        Err(OpenError)
    }
}
