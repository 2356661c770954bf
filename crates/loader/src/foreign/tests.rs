//! Arrays and schemas as a broken producer might give them: sound ones with some numbers and pointers changed.
//!
//! `DOCMILL_FUZZ_SECONDS` (2) says for how long, `DOCMILL_FUZZ_SEED` (1) with which seed. What the interface makes
//! unknowable is left alone: that a buffer is as long as the counts and offsets beside it say.

#[path = "../../../../tests/fuzz/rng.rs"]
mod rng;

use super::{empty_array, empty_schema, release_schema, schema_of, validated};
use crate::vet::is_known;
use arrow_schema::{DataType, Field, Fields, TimeUnit};
use docmill_sdk::abi::{ArrowArray, ArrowSchema};
use rng::Rng;
use std::cell::Cell;
use std::ffi::{CString, c_void};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of every buffer; no count or offset that is taken at its word goes beyond.
const ROOM: usize = 1 << 14;
/// Rows that such a buffer has room for, whatever the type.
const MOST_ROWS: usize = ROOM / 16;

thread_local! {
    static ALIVE: Cell<i64> = const { Cell::new(0) };
}

/// An array with all that it owns.
struct Node {
    length: i64,
    null_count: i64,
    offset: i64,
    buffers: Vec<Option<Vec<u64>>>,
    shift: usize,
    n_buffers: i64,
    children: Vec<Option<Node>>,
    n_children: i64,
    dictionary: Option<Box<Node>>,
    released: bool,
    pointers: bool,
}

/// What keeps an array's memory until it is released.
struct Kept {
    _buffers: Vec<Option<Vec<u64>>>,
    _pointers: Vec<*const c_void>,
    children: Vec<*mut ArrowArray>,
    dictionary: *mut ArrowArray,
}

unsafe extern "C" fn release(array: *mut ArrowArray) {
    // SAFETY: arrow and the vetting call this with the array that it came in.
    let array = unsafe { &mut *array };
    // SAFETY: made by `Node::give` and released once, for `release` is cleared here.
    let kept = unsafe { Box::from_raw(array.private_data.cast::<Kept>()) };
    for child in kept.children.iter().copied().chain([kept.dictionary]).filter(|child| !child.is_null()) {
        // SAFETY: made by `Node::give`; whoever moved it out left it released.
        let mut child = unsafe { Box::from_raw(child) };
        if let Some(release) = child.release {
            // SAFETY: as above.
            unsafe { release(&raw mut *child) };
        }
    }
    array.release = None;
    ALIVE.with(|alive| alive.set(alive.get() - 1));
}

impl Node {
    fn give(self) -> ArrowArray {
        let boxed = |node: Node| Box::into_raw(Box::new(node.give()));
        let mut children: Vec<*mut ArrowArray> = Vec::new();
        for child in self.children {
            children.push(child.map_or(std::ptr::null_mut(), boxed));
        }
        let dictionary = self.dictionary.map_or(std::ptr::null_mut(), |node| boxed(*node));
        let start = |buffer: &Option<Vec<u64>>| {
            let words = buffer.as_ref().map_or(std::ptr::null(), Vec::as_ptr);
            if words.is_null() {
                words.cast()
            } else {
                words.cast::<u8>().wrapping_add(self.shift).cast::<c_void>()
            }
        };
        let mut pointers: Vec<*const c_void> = self.buffers.iter().map(start).collect();
        let (buffers_at, children_at) = (pointers.as_mut_ptr(), children.as_mut_ptr());
        let kept = Kept { _buffers: self.buffers, _pointers: pointers, children, dictionary };
        ALIVE.with(|alive| alive.set(alive.get() + 1));
        let mut array = ArrowArray {
            length: self.length,
            null_count: self.null_count,
            offset: self.offset,
            n_buffers: self.n_buffers,
            n_children: self.n_children,
            buffers: if self.pointers { buffers_at } else { std::ptr::null_mut() },
            children: if self.pointers { children_at } else { std::ptr::null_mut() },
            dictionary,
            release: Some(release),
            private_data: Box::into_raw(Box::new(kept)).cast(),
        };
        if self.released {
            // SAFETY: just made.
            unsafe { release(&raw mut array) };
        }
        array
    }

    /// A sound array of this type and number of rows.
    fn sound(data_type: &DataType, rows: usize, rng: &mut Rng) -> Self {
        let word = |rng: &mut Rng| Some((0..=ROOM / 8).map(|_| rng.next()).collect::<Vec<u64>>());
        let validity = rng.one_in(3).then(|| vec![u64::MAX; ROOM / 8 + 1]);
        let (mut buffers, mut children, mut dictionary) = (vec![validity], Vec::new(), None);
        match data_type {
            DataType::Utf8 | DataType::Binary => {
                let ends = offsets(rows, rng.below(20));
                buffers.extend([Some(ends.1), Some(vec![u64::from_ne_bytes(*b"rain sun"); ROOM / 8 + 1])]);
            }
            DataType::List(item) | DataType::Map(item, _) => {
                let (last, ends) = offsets(rows, 2);
                buffers.push(Some(ends));
                let mut child = Self::sound(item.data_type(), last.max(1), rng);
                child.length = last as i64;
                children.push(Some(child));
            }
            DataType::Struct(fields) => {
                let child = |field: &Arc<Field>| Some(Self::sound(field.data_type(), rows, rng));
                children = fields.iter().map(child).collect();
            }
            DataType::Dictionary(_, values) => {
                buffers.push(Some(vec![0; ROOM / 8 + 1]));
                dictionary = Some(Box::new(Self::sound(values, 3, rng)));
            }
            _ => buffers.push(word(rng)),
        }
        Self {
            length: rows as i64,
            null_count: if rng.one_in(3) { -1 } else { 0 },
            offset: 0,
            n_buffers: buffers.len() as i64,
            n_children: children.len() as i64,
            buffers,
            shift: 0,
            children,
            dictionary,
            released: false,
            pointers: true,
        }
    }

    /// Breaks one thing in the array or in one below it.
    fn break_one(&mut self, rng: &mut Rng) {
        let below = self.children.len() + usize::from(self.dictionary.is_some());
        if below > 0 && !rng.one_in(3) {
            let at = rng.below(below);
            match self.children.get_mut(at) {
                Some(Some(child)) => child.break_one(rng),
                Some(None) => {}
                None => self.dictionary.iter_mut().for_each(|node| node.break_one(rng)),
            }
            return;
        }
        let odd = [-1, i64::MIN, i64::MAX, (1 << 40) + 1, 0, 1, 2, rng.below(64) as i64];
        match rng.below(14) {
            0 => self.length = *rng.of(&odd),
            1 => self.offset = *rng.of(&odd),
            2 => self.null_count = *rng.of(&[-1, 0, 1, 5, i64::MAX, i64::MIN]),
            // Never more than there are: what lies beyond may not be looked at.
            3 => self.n_buffers = rng.below(self.buffers.len() + 1) as i64 - i64::from(rng.one_in(4)),
            4 => self.n_children = rng.below(self.children.len() + 1) as i64 - i64::from(rng.one_in(4)),
            5 => self.pointers = false,
            6 => self.released = true,
            7 => self.dictionary = None,
            8 => self.shift = 1 + rng.below(7),
            9 | 10 => {
                let at = rng.below(self.buffers.len());
                self.buffers[at] = None;
            }
            11 if !self.children.is_empty() => {
                let at = rng.below(self.children.len());
                self.children[at] = None;
            }
            _ => self.scribble(rng),
        }
    }

    /// Changes numbers in a buffer: offsets, keys, strings, validity.
    fn scribble(&mut self, rng: &mut Rng) {
        let at = rng.below(self.buffers.len());
        let is_second = at == 1;
        let Some(words) = &mut self.buffers[at] else { return };
        for _ in 0..=rng.below(3) {
            let word = rng.below(8);
            // In a buffer of offsets each half of a word is one of them.
            let number = |rng: &mut Rng| match rng.below(4) {
                0 => u32::MAX - rng.below(5) as u32,
                1 => 1 << 31,
                _ => rng.below(ROOM / 2) as u32,
            };
            let halves = u64::from(number(rng)) | u64::from(number(rng)) << 32;
            words[word] = if is_second { halves } else { rng.next() };
        }
    }
}

/// So many rows of at most so many each, as offsets; gives the last one.
fn offsets(rows: usize, most: usize) -> (usize, Vec<u64>) {
    let mut bytes = Vec::with_capacity(ROOM + 8);
    let mut last = 0;
    for row in 0..=ROOM / 4 {
        bytes.extend(i32::try_from(last).unwrap().to_ne_bytes());
        // Beyond the rows the offset stays, so that an array that claims more of them is still within its data.
        last += if row < rows { most.min(row % 7) } else { 0 };
    }
    let words = bytes.as_chunks::<8>().0.iter().map(|word| u64::from_ne_bytes(*word));
    (last, words.chain([0]).collect())
}

fn random_type(depth: usize, rng: &mut Rng) -> DataType {
    let field = |name: &str, data_type| Arc::new(Field::new(name, data_type, true));
    match rng.below(if depth > 2 { 7 } else { 11 }) {
        0 => DataType::Utf8,
        1 => DataType::UInt32,
        2 => DataType::Boolean,
        3 => DataType::Float64,
        4 => DataType::Date32,
        5 => DataType::Timestamp(TimeUnit::Millisecond, None),
        6 => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        7 => DataType::Binary,
        8 => DataType::List(field("item", random_type(depth + 1, rng))),
        9 => {
            let entries = Fields::from(vec![
                Field::new("key", DataType::Utf8, false),
                Field::new("value", DataType::Utf8, true),
            ]);
            DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entries), false)), false)
        }
        _ => {
            let fields = (0..=rng.below(3)).map(|n| field(&format!("f{n}"), random_type(depth + 1, rng)));
            DataType::Struct(fields.collect())
        }
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().map_or(otherwise, |given| given.parse().unwrap())
}

/// Calls `one` with the numbers of one input after the other; gives how many there were.
fn for_some_time(one: impl Fn(&mut Rng)) -> u64 {
    let (seconds, seed) = (number("DOCMILL_FUZZ_SECONDS", 2), number("DOCMILL_FUZZ_SEED", 1));
    let end = Instant::now() + Duration::from_secs(seconds);
    // Panics that the host catches are part of the game.
    docmill_sdk::export::quiet_panics();
    let mut inputs = 0;
    while Instant::now() < end {
        // Told when it breaks something, also when that ends the process.
        std::env::var_os("DOCMILL_FUZZ_LOUD").inspect(|_| eprintln!("input {inputs} of seed {seed}"));
        one(&mut Rng::new(seed, inputs));
        inputs += 1;
    }
    inputs
}

#[test]
fn no_foreign_array_breaks_the_host() {
    let (sound, refused) = (Cell::new(0_u64), Cell::new(0_u64));
    let inputs = for_some_time(|rng| {
        let names = ["a", "b", "c"];
        let fields: Fields =
            names[..=rng.below(3)].iter().map(|name| Field::new(*name, random_type(0, rng), true)).collect();
        let broken = rng.below(4);
        let rows = rng.below(12);
        let mut node = Node::sound(&DataType::Struct(fields.clone()), rows, rng);
        (0..broken).for_each(|_| node.break_one(rng));
        let mut array = node.give();
        // SAFETY: filled above; what its counts say is readable.
        let told = unsafe { validated(&raw mut array, &fields) };
        match told {
            Ok(Some(batch)) => {
                // Walks over every value.
                assert!(batch.columns().iter().all(|column| !format!("{column:?}").is_empty()));
                batch.columns().iter().for_each(|column| column.to_data().validate_full().unwrap());
                assert!(batch.num_rows() <= MOST_ROWS);
                sound.set(sound.get() + 1);
            }
            Ok(None) => {}
            Err(error) => {
                assert!(broken > 0, "a sound array of {fields:?} is refused: {error}");
                assert!(!error.to_string().is_empty());
                refused.set(refused.get() + 1);
            }
        }
        let leaked = ALIVE.with(|alive| alive.replace(0));
        assert_eq!(leaked, 0, "arrays were released too rarely or too often");
    });
    println!("{inputs} arrays, {} sound, {} refused", sound.get(), refused.get());
    assert!(sound.get() > 50 && refused.get() > 50, "{} and {}", sound.get(), refused.get());
}

unsafe extern "C" fn release_kept(schema: *mut ArrowSchema) {
    // SAFETY: called with the schema that it came in.
    let schema = unsafe { &mut *schema };
    // SAFETY: made by `random_schema`.
    let (_, mut children, dictionary) = *unsafe {
        Box::from_raw(schema.private_data.cast::<(Vec<CString>, Vec<*mut ArrowSchema>, *mut ArrowSchema)>())
    };
    children.push(dictionary);
    for child in children.into_iter().filter(|child| !child.is_null()) {
        // SAFETY: as above.
        release_schema(unsafe { Box::from_raw(child) }.as_mut());
    }
    schema.release = None;
}

fn random_schema(depth: usize, rng: &mut Rng) -> ArrowSchema {
    let formats = [
        "+s", "+l", "+m", "u", "I", "b", "g", "tdD", "tsm:", "tsm:UTC", "z", "n", "i", "+w:3", "w:x", "",
        "+ud:0,1", "d:5,2", "\u{e9}",
    ];
    let mut format = (*rng.of(&formats)).as_bytes().to_vec();
    if depth == 0 && !rng.one_in(8) {
        format = b"+s".to_vec();
    }
    if rng.one_in(10) {
        format.push(1 + rng.below(255) as u8);
    }
    let name: Vec<u8> =
        (0..rng.below(6)).map(|_| if rng.one_in(20) { 0xff } else { b'a' + rng.below(26) as u8 }).collect();
    let texts = vec![CString::new(format).unwrap(), CString::new(name).unwrap()];
    let pointers = |rng: &mut Rng, n: usize| -> Vec<*mut ArrowSchema> {
        let one = |rng: &mut Rng| {
            if rng.one_in(30) {
                std::ptr::null_mut()
            } else {
                Box::into_raw(Box::new(random_schema(depth + 1, rng)))
            }
        };
        (0..n).map(|_| one(rng)).collect()
    };
    let n = if depth == 0 {
        1 + rng.below(3)
    } else if depth < 40 && !rng.one_in(3) {
        rng.below(3)
    } else {
        0
    };
    let mut children = pointers(rng, if depth > 3 { n.min(1) } else { n });
    let dictionary = if rng.one_in(8) && depth < 4 { pointers(rng, 1)[0] } else { std::ptr::null_mut() };
    let n_children = if rng.one_in(20) { *rng.of(&[-1, 0]) } else { children.len() as i64 };
    let (format, name) = (texts[0].as_ptr(), texts[1].as_ptr());
    let at = if rng.one_in(30) { std::ptr::null_mut() } else { children.as_mut_ptr() };
    ArrowSchema {
        format: if rng.one_in(30) { std::ptr::null() } else { format },
        name: if rng.one_in(10) { std::ptr::null() } else { name },
        metadata: std::ptr::null(),
        flags: rng.below(8) as i64,
        n_children,
        children: at,
        dictionary,
        release: Some(release_kept),
        private_data: Box::into_raw(Box::new((texts, children, dictionary))).cast(),
    }
}

#[test]
fn no_foreign_schema_breaks_the_host() {
    let known = Cell::new(0);
    let (sound, refused) = (Cell::new(0_u64), Cell::new(0_u64));
    let inputs = for_some_time(|rng| {
        let mut schema = random_schema(0, rng);
        // SAFETY: filled above.
        match unsafe { schema_of(&mut schema) } {
            Ok(schema) => {
                assert!(!format!("{schema:?}").is_empty());
                known.set(known.get() + usize::from(schema.fields().iter().all(|f| is_known(f.data_type()))));
                sound.set(sound.get() + 1);
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused.set(refused.get() + 1);
            }
        }
    });
    println!(
        "{inputs} schemas, {} sound, {} of known types, {} refused",
        sound.get(),
        known.get(),
        refused.get()
    );
    assert!(sound.get() > 50 && refused.get() > 50, "{} and {}", sound.get(), refused.get());
}

#[test]
fn nothing_is_nothing() {
    let (mut array, mut schema) = (empty_array(), empty_schema());
    // SAFETY: a released struct.
    assert!(unsafe { validated(&raw mut array, &Fields::empty()) }.unwrap().is_none());
    // SAFETY: as above.
    assert!(unsafe { schema_of(&mut schema) }.is_err());
}
