//! Text that Markdown shows as it is.

/// Appends text at the beginning of a block, where a number, a dash or a hash would open something.
pub(crate) fn push_block(text: &str, page: &mut String) {
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => {
            let (number, rest) = text.split_at(digits);
            page.push_str(number);
            page.push('\\');
            push_text(rest, page);
        }
        Some(b'#' | b'+' | b'-' | b'=') if digits == 0 => {
            page.push('\\');
            push_text(text, page);
        }
        _ => push_text(text, page),
    }
}

/// Appends text within a line; runs of white space become one space.
pub(crate) fn push_text(text: &str, page: &mut String) {
    let mut between = "";
    for word in text.split_whitespace() {
        page.push_str(between);
        between = " ";
        for letter in word.chars() {
            if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~') {
                page.push('\\');
            }
            page.push(letter);
        }
    }
}

#[cfg(test)]
mod tests;
