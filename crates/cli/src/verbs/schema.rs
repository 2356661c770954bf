//! `docmill schema`.

use crate::args::SchemaArgs;
use crate::exit::Exit;
use crate::load::plugin_folders;
use crate::terminal;
use crate::verbs::plugin::everything;
use docmill_pipeline::StageInfo;

pub(crate) fn run(args: &SchemaArgs) -> Exit {
    let installed = match everything(&plugin_folders(&args.folders)) {
        Ok(installed) => installed,
        Err(exit) => return exit,
    };
    let infos: Vec<StageInfo> = installed.infos().cloned().collect();
    let schema = docmill_pipeline::schema(&infos);
    terminal::print(&format!("{schema:#}\n"));
    Exit::OK
}
