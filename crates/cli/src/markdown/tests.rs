use super::pipelines;

fn check(page: &str, blocks: &[&str]) {
    let found: Vec<&str> = pipelines(page).into_iter().filter_map(|block| page.get(block)).collect();
    assert_eq!(found, blocks, "{page}");
}

#[test]
fn only_toml_with_a_pipeline_is_one() {
    check("", &[]);
    check("```toml\npipeline = \"x\"\n```\n", &["pipeline = \"x\"\n"]);
    check("```toml\n[package]\nname = \"x\"\n```\n", &[]);
    check("```toml\n[x]\npipeline = \"x\"\n```\n", &[]);
    check("```sh\npipeline = 1\n```\n", &[]);
    check("pipeline = 1\n", &[]);
}

#[test]
fn blocks_that_are_wrong_on_purpose_are_left_out() {
    check("```toml wrong\npipeline = x\n```\n```toml ignore\npipeline = x\n```\n", &[]);
    check("```TOML right\npipeline=1\n```\n", &["pipeline=1\n"]);
}

#[test]
fn fences_close_as_markdown_says() {
    check("````toml\npipeline = 1\n```\n````\n", &["pipeline = 1\n```\n"]);
    check("~~~toml\npipeline = 1\n```\n~~~\n", &["pipeline = 1\n```\n"]);
    check("1. so:\n   ```toml\n   pipeline = 1\n   ```\n", &["   pipeline = 1\n"]);
    check("```toml\r\npipeline = 1\r\n```\r\n", &["pipeline = 1\r\n"]);
    check("```toml\npipeline = 1", &["pipeline = 1"]);
    check("```text\n```toml\npipeline = 1\n```\n", &[]);
    check("Say ```toml``` aloud.\npipeline = 1\n", &[]);
}
