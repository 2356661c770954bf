//! `docmill plan`.

use crate::args::{Format, OutputArgs, PlanArgs};
use crate::exit::Exit;
use crate::load::load_sound;
use crate::terminal;
use docmill_pipeline::{Column, Plan};

pub(crate) fn run(args: &PlanArgs, output: &OutputArgs) -> Exit {
    let plan = match load_sound(&args.file, &args.pipeline, output) {
        Ok((_, plan)) => plan,
        Err(exit) => return exit,
    };
    terminal::print(&match args.format {
        Format::Json => format!("{}\n", serde_json::to_string_pretty(&plan).unwrap_or_default()),
        Format::Human => shown(&plan),
    });
    Exit::OK
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(" ")
}

fn shown(plan: &Plan) -> String {
    let mut rows = vec![["stage", "plugin", "from", "reads", "adds"].map(str::to_owned).to_vec()];
    for stage in &plan.stages {
        let from: Vec<&str> = stage.from.iter().map(|edge| edge.name.as_str()).collect();
        rows.push(vec![
            stage.id.clone(),
            format!("{} {}", stage.plugin, stage.version),
            from.join(" "),
            names(&stage.reads),
            names(&stage.adds),
        ]);
    }
    terminal::table(&rows)
}
