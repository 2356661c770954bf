//! The system calls that a worker is denied. Whoever makes one is told `EPERM`; nobody is killed.

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};
use std::collections::BTreeMap;

/// Denied whatever their arguments.
const DENIED: &[libc::c_long] = &[
    // The network.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // Other programs, and the process group by which the host finds what a plugin leaves behind.
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_setsid,
    libc::SYS_setpgid,
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_kcmp,
    // Calls that do others' work unseen.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    // Limits of its own.
    libc::SYS_setrlimit,
    // What landlock does not see: owners, modes, times and attributes of files.
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    libc::SYS_open_by_handle_at,
    // The system as a whole: a run may be root's.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_quotactl,
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
];

/// Calls of this machine that newer ones have no longer.
#[cfg(target_arch = "x86_64")]
const OLD: &[libc::c_long] = &[
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
    libc::SYS_kexec_file_load,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[libc::c_long] = &[];

/// A second set of numbers for the same calls, which the kernel may know.
#[cfg(target_arch = "x86_64")]
const TWINS: &[i64] = &[0, 0x4000_0000];
#[cfg(not(target_arch = "x86_64"))]
const TWINS: &[i64] = &[0];

/// Denies the calls to this process, for good.
///
/// # Errors
/// When the system or the machine has no such filter.
pub(super) fn deny() -> Result<(), String> {
    let failed = |error: seccompiler::Error| format!("the system takes no filter of calls ({error})");
    let program = |rules, errno: i32| -> Result<BpfProgram, String> {
        let machine: TargetArch = std::env::consts::ARCH.try_into().map_err(|e| format!("{e}"))?;
        let filter =
            SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(errno as u32), machine);
        filter.and_then(TryInto::try_into).map_err(|e| format!("{e}"))
    };
    let denied = rules().map_err(|e| format!("{e}"))?;
    // The C library falls back to `clone`, whose flags a filter can see.
    let unknown = twins(libc::SYS_clone3).map(|number| (number, Vec::new())).collect();
    apply_filter(&program(unknown, libc::ENOSYS)?).map_err(failed)?;
    apply_filter(&program(denied, libc::EPERM)?).map_err(failed)
}

fn twins(number: libc::c_long) -> impl Iterator<Item = i64> {
    TWINS.iter().map(move |twin| number | twin)
}

fn rules() -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
    let own = u64::from(std::process::id());
    let when = |argument: u8, width, op, value| {
        SeccompRule::new(vec![SeccompCondition::new(argument, width, op, value)?])
    };
    let word = || SeccompCmpArgLen::Dword;
    let conditional = [
        // Threads are welcome, processes are not.
        (
            libc::SYS_clone,
            when(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(libc::CLONE_THREAD as u64), 0)?,
        ),
        // Signals to itself, so that `abort` works.
        (libc::SYS_kill, when(0, word(), SeccompCmpOp::Ne, own)?),
        (libc::SYS_tkill, when(0, word(), SeccompCmpOp::Ne, own)?),
        (libc::SYS_tgkill, when(0, word(), SeccompCmpOp::Ne, own)?),
        // Limits may be read.
        (libc::SYS_prlimit64, when(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?),
        // The host's death must stay this process's.
        (libc::SYS_prctl, when(0, word(), SeccompCmpOp::Eq, libc::PR_SET_PDEATHSIG as u64)?),
    ];
    let always =
        DENIED.iter().chain(OLD).flat_map(|&number| twins(number)).map(|number| (number, Vec::new()));
    let sometimes = conditional
        .into_iter()
        .flat_map(|(number, rule)| twins(number).map(move |n| (n, vec![rule.clone()])));
    Ok(always.chain(sometimes).collect())
}
