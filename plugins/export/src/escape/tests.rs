use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let mut page = String::new();
    push_block(text, &mut page);
    assert_eq!(page, expected);
}

#[test]
fn text_reads_as_written() {
    check("", "");
    check("a_b *c* [d](e) <f> `g` h\\i & j|k ~l~", r"a\_b \*c\* \[d\](e) \<f\> \`g\` h\\i \& j\|k \~l\~");
    check("  two\r\n lines\u{2028}here ", "two lines here");
}

#[test]
fn nothing_opens_a_block() {
    check("# 1", "\\# 1");
    check("- a", "\\- a");
    check("+", "\\+");
    check("==", "\\==");
    check("12. May", "12\\. May");
    check("12) May", "12\\) May");
    check("12 May", "12 May");
    check("> q", "\\> q");
}
