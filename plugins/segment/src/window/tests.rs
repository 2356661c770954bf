use super::{Run, WIDTH, Window};
use crate::chunk::core;
use crate::kernel::{BLOCK, Kernel, Portable, Work, with_kernel};
use proptest::prelude::*;

/// The runs of a window as text, from the gap outwards.
fn seen<'a>(window: &Window<'a>, mut next: impl FnMut(&Window<'a>, Option<Run>) -> Run) -> Vec<&'a [u8]> {
    let (mut out, mut last) = (Vec::new(), None);
    loop {
        let run = next(window, last);
        let (start, end) = run.bounds();
        if start == end {
            return out;
        }
        let at = |bit: u32| window.base.wrapping_add(bit as usize);
        out.push(window.text.get(at(start)..at(end)).unwrap());
        last = Some(run);
    }
}

fn after(text: &str, at: usize, end: usize) -> Vec<&[u8]> {
    let window = Window::after(Portable, text.as_bytes(), at, end);
    seen(&window, |window, last| window.run_from(last.map_or(0, |run| run.bounds().1)))
}

fn before(text: &str, start: usize, at: usize) -> Vec<&[u8]> {
    let window = Window::before(Portable, text.as_bytes(), start, at);
    seen(&window, |window, last| window.run_to(last.map_or(WIDTH, |run| run.bounds().0)))
}

/// All that a window tells of its first run, through the kernel of this processor.
struct Told<'a>(&'a [u8], usize);

impl Work for Told<'_> {
    type Done = [u64; 12];

    fn work(self, kernel: impl Kernel) -> Self::Done {
        let Self(text, at) = self;
        let (left, right) =
            (Window::before(kernel, text, 0, at), Window::after(kernel, text, at, text.len()));
        let (p, n) = (left.run_to(WIDTH), right.run_from(0));
        let told = |window: &Window<'_>, run| {
            let (small, capital) = window.initials(0);
            let edges = window.first(run) << 4 | window.last(run);
            [window.word(run), window.shape(run), window.tail(run), edges, run.len(), small << 8 | capital]
        };
        let mut all = [0; 12];
        all.iter_mut().zip(told(&left, p).into_iter().chain(told(&right, n))).for_each(|(slot, n)| *slot = n);
        all
    }
}

#[test]
fn runs_end_at_white_space_and_at_the_range() {
    let text = "one two. Three four";
    assert_eq!(after(text, 9, 19), [&b"Three"[..], b"four"]);
    assert_eq!(after(text, 9, 16), [&b"Three"[..], b"f"]);
    assert_eq!(before(text, 0, 8), [&b"two."[..], b"one"]);
    assert_eq!(before(text, 2, 8), [&b"two."[..], b"e"]);
    assert_eq!(before(text, 8, 8), [&b""[..]; 0]);
    assert_eq!(after(text, 99, 5), [&b""[..]; 0]);
}

#[test]
fn shapes_count_letters_of_one_case_once() {
    let text = "“(He'll";
    let window = Window::after(Portable, text.as_bytes(), 0, text.len());
    let run = window.run_from(0);
    // Wide, opening bracket, capital, small, quote, small.
    assert_eq!(window.shape(run), 0x1a_12bf);
    assert_eq!(window.tail(run), 0xfb_21a1);
    assert_eq!(window.core(run), text.as_bytes());
    assert_eq!(core(b"(He'll.\")"), b"He'll");
}

proptest! {
    #[test]
    fn windows_are_the_same_everywhere(text in "([a-cA-C1@.,“ ]{0,9}\\PC?){0,20}", at in 0..200_usize) {
        let text = text.as_bytes();
        let at = at.min(text.len());
        prop_assert_eq!(with_kernel(Told(text, at)), Told(text, at).work(Portable));
    }

    #[test]
    fn a_window_reaches_as_far_as_a_block(text in "[a-z ]{0,200}", at in 0..200_usize) {
        let at = at.min(text.len());
        let inner: usize = before(&text, 0, at).iter().map(|run| run.len()).sum();
        let cut = text.get(at.saturating_sub(BLOCK)..at).unwrap();
        prop_assert_eq!(inner, cut.bytes().filter(|&b| b != b' ').count());
    }
}
