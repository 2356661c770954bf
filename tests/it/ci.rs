//! The CI examples: every step that calls docmill is run as it stands in the file.

use crate::command::{docmill, root};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository with the example pipeline, its lock, and a `docmill` on the path.
struct Repository {
    _files: tempfile::TempDir,
    folder: PathBuf,
    bin: PathBuf,
}

impl Repository {
    fn new() -> Self {
        let files = tempfile::tempdir().unwrap();
        let folder = files.path().join("examples/ci");
        let bin = files.path().join("bin");
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(&bin).unwrap();
        fs::create_dir_all(files.path().join("pipelines")).unwrap();
        let link = |from: &Path, to: PathBuf| std::os::unix::fs::symlink(from, to).unwrap();
        link(Path::new(env!("CARGO_BIN_EXE_docmill-it")), bin.join("docmill"));
        link(&root().join("pipelines/sample"), files.path().join("pipelines/sample"));
        fs::copy(root().join("examples/ci/pipeline.toml"), folder.join("pipeline.toml")).unwrap();
        docmill(&folder, &["lock", "pipeline.toml"]).exits(0);
        Self { _files: files, folder, bin }
    }

    /// Runs a step as the service would; it must end well.
    fn step(&self, script: &str, variables: &[(&str, &str)]) {
        let path = format!("{}:{}", self.bin.display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("bash");
        shell.args(["-e", "-o", "pipefail", "-c", script]).current_dir(&self.folder);
        shell.env("PATH", path).env("CI", "true").env("PIPELINE", "pipeline.toml");
        shell.env("GITHUB_OUTPUT", self.folder.join("github-output"));
        shell.env("GITHUB_STEP_SUMMARY", self.folder.join("summary.md"));
        shell.envs(variables.iter().copied());
        let ran = shell.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(ran.status.success(), "{script}\n{}\n{}", text(&ran.stdout), text(&ran.stderr));
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
    }

    /// What one run writes, without shards.
    fn whole(&self) -> String {
        docmill(&self.folder, &["run", "pipeline.toml"]).exits(0);
        let whole = self.read("out/articles.jsonl");
        fs::remove_dir_all(self.folder.join("out")).unwrap();
        whole
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines of a job in a file of jobs: those below its name that stand further in.
fn job<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let mut lines = text.lines().skip_while(|line| line.trim_end().trim_start() != format!("{name}:"));
    let depth = indent(lines.next().unwrap_or_else(|| panic!("there is no job {name}")));
    lines.take_while(|line| line.trim().is_empty() || indent(line) > depth).collect()
}

/// The scripts of a GitHub job: `run: …` on one line, or `run: |` with the lines below it.
fn github_steps(lines: &[&str]) -> Vec<String> {
    let mut steps = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(script) = line.trim_start().trim_start_matches("- ").strip_prefix("run: ") else { continue };
        if script != "|" {
            steps.push(script.to_owned());
            continue;
        }
        let body = lines[at + 1..].iter().take_while(|below| indent(below) > indent(line));
        steps.push(body.map(|line| line.trim_start()).collect::<Vec<_>>().join("\n"));
    }
    steps.retain(|step| !step.starts_with("command -v docmill"));
    steps
}

/// The lines of a GitLab job's script.
fn gitlab_steps(lines: &[&str]) -> Vec<String> {
    let below = lines.iter().skip_while(|line| line.trim() != "script:").skip(1);
    let items = below.take_while(|line| line.trim_start().starts_with("- "));
    items.map(|line| line.trim_start().trim_start_matches("- ").to_owned()).collect()
}

#[test]
fn every_step_of_the_github_workflow_runs() {
    let workflow = fs::read_to_string(root().join("examples/ci/github.yml")).unwrap();
    let repository = Repository::new();
    let whole = repository.whole();
    for step in github_steps(&job(&workflow, "check")) {
        repository.step(&step, &[]);
    }
    assert!(repository.read("summary.md").contains("1 passed"), "{}", repository.read("summary.md"));
    let matrix = repository.read("github-output");
    let matrix: Value = serde_json::from_str(matrix.trim().strip_prefix("matrix=").unwrap()).unwrap();
    let shards = matrix["include"].as_array().unwrap();
    assert_eq!(shards.len(), 4);
    for shard in shards {
        for step in github_steps(&job(&workflow, "run")) {
            repository.step(&step.replace("${{ matrix.shard }}", shard["shard"].as_str().unwrap()), &[]);
        }
    }
    for step in github_steps(&job(&workflow, "merge")) {
        repository.step(&step, &[]);
    }
    assert_eq!(repository.read("merged/articles.jsonl"), whole);
    assert!(repository.read("summary.md").contains("entities"), "{}", repository.read("summary.md"));
}

#[test]
fn every_step_of_the_gitlab_pipeline_runs() {
    let pipeline = fs::read_to_string(root().join("examples/ci/gitlab.yml")).unwrap();
    let repository = Repository::new();
    let whole = repository.whole();
    let steps = |name| {
        let steps = gitlab_steps(&job(&pipeline, name));
        assert!(!steps.is_empty(), "{name}");
        steps
    };
    steps("check").iter().for_each(|step| repository.step(step, &[]));
    assert!(
        repository.read("check.xml").contains("<testsuites")
            && repository.read("test.xml").contains("<testsuites")
    );
    for node in ["1", "2", "3", "4"] {
        let variables = [("CI_NODE_INDEX", node), ("CI_NODE_TOTAL", "4")];
        steps("run").iter().for_each(|step| repository.step(step, &variables));
    }
    steps("merge").iter().for_each(|step| repository.step(step, &[]));
    assert_eq!(repository.read("merged/articles.jsonl"), whole);
    assert!(repository.read("summary.md").contains("entities"));
}
