use super::*;

#[test]
fn size_of_writes_does_not_show() {
    let content: Vec<u8> = (0..1_500_000_u32).flat_map(|n| (n / 7).to_string().into_bytes()).collect();
    for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
        let written = |size: usize| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("out");
            let mut output = Output::create(&path, compression).unwrap();
            content.chunks(size).for_each(|chunk| output.write_all(chunk).unwrap());
            output.commit().unwrap();
            fs::read(path).unwrap()
        };
        let whole = written(content.len());
        assert!(whole == written(777) && whole == written(1 << 18));
    }
}

#[test]
fn leftover_of_a_dead_run_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".out.part"), "a leftover that is longer").unwrap();
    let path = folder.path().join("out");
    let mut output = Output::create(&path, Compression::None).unwrap();
    output.write_all(b"new").unwrap();
    output.commit().unwrap();
    assert_eq!(fs::read(path).unwrap(), b"new");
}
