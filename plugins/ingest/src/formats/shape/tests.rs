use super::{Shape, shape};

#[track_caller]
fn check(html: &str, open: usize, attributes: usize) {
    let found = shape(html);
    assert_eq!(found, Shape { open, attributes, ..found }, "{html}");
}

#[test]
fn elements_are_open_until_their_end() {
    check("", 0, 0);
    check("plain < text & more", 0, 0);
    check("<div><b>x</b></div><div></div>", 2, 0);
    check("<div><div><div>", 3, 0);
    check("</x><div></x><div>", 2, 0);
    check("<p><p><li><br><img>", 0, 0);
    check("<DIV></div><Div>", 1, 0);
}

#[test]
fn attributes_are_counted_as_a_tokenizer_cuts_them() {
    check("<a b c=1 d='x y' e=\"z > w\"f=g>", 1, 5);
    check("<a b = 'x y' c>", 1, 2);
    check("<a/b/c/>", 1, 2);
    check("<a b=c/d>x", 1, 1);
    check("</a b c>", 0, 2);
    check("<a <b <c", 1, 2);
}

#[test]
fn elements_and_comments_are_nodes() {
    for (html, nodes) in [
        ("", 0),
        ("a < b", 0),
        ("<p>a<p>b</p><br>", 3),
        ("</p></p></br>", 3),
        ("</div></div>", 0),
        ("<!-- a --><!-- b --><?x?>", 3),
        ("<script><p><p></script>", 1),
    ] {
        assert_eq!(shape(html).nodes, nodes, "{html}");
    }
}

#[test]
fn what_is_no_tag_hides_none() {
    check("<!--<script>--><div><div>", 2, 0);
    check("<!--><div><div><!-- </div> -->", 2, 0);
    check("<!-- --!><div>", 1, 0);
    check("<div title='<script>'><div>", 2, 1);
    check("<script>if (a<b) '<div>'; '</div>'</script><div>", 1, 0);
    check("<script><div></SCRIPT><div>", 1, 0);
    check("<svg><script/><g><g>", 4, 0);
    check("<title><div></title><div>", 1, 0);
    check("<!doctype html><?x <y> ?><div>", 1, 0);
    check("<script><div><div>", 0, 0);
}
