//! The option `model`: a file of the user's, its mistakes told at the key.

use docmill_sdk::{Host, Transform};

use crate::{Entities, NamesBy, Params};

fn wrong(params: Params) -> String {
    let failed = Entities::check(&params).and_then(|()| Entities::new(params, Host::none()).map(|_| ()));
    let told = failed.err().unwrap();
    format!("{told:?}")
}

#[test]
fn a_model_of_the_users_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.bin");
    std::fs::write(&path, include_bytes!("../train/news.bin")).unwrap();
    let params = Params { model: Some(path.to_str().unwrap().to_owned()), ..Params::default() };
    assert!(Entities::new(params, Host::none()).is_ok());
    assert!(Entities::new(Params::default(), Host::none()).is_ok());
}

#[test]
fn a_file_that_is_no_model_is_told_at_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.bin");
    std::fs::write(&path, "{}").unwrap();
    let params = |path: &std::path::Path| Params {
        model: Some(path.to_str().unwrap().to_owned()),
        ..Params::default()
    };
    let told = wrong(params(&path));
    assert!(told.contains("it does not begin with") && told.contains("\"model\""), "{told}");
    assert!(wrong(params(&folder.path().join("none.bin"))).contains("failed to read"));
    let told = wrong(Params { names_by: NamesBy::Rules, ..params(&path) });
    assert!(told.contains("has no say"), "{told}");
}
