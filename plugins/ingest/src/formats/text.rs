//! Plain text: one document a file.

use crate::decode::decode;
use crate::read::Draft;

/// The file's decoded text is the document's text.
pub(crate) fn draft(bytes: Vec<u8>) -> Draft {
    let decoded = decode(bytes, None);
    let mut draft = Draft { text: decoded.text, ..Draft::default() };
    draft.note_decoding(decoded.encoding, decoded.replaced);
    draft
}
