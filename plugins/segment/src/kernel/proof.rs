//! What the kernels for some processors have in common.

/// Declares a kernel that only a processor with some features may use: a value of it is the proof that this one does.
///
/// Beside it, the module has the functions `classes_wide`, `sides_wide` and `gaps_wide`.
macro_rules! kernel {
    ($name:ident, $features:literal, [$($feature:tt)+]) => {
        #[derive(Clone, Copy)]
        pub(super) struct $name(());

        impl $name {
            #[inline]
            pub(super) fn find() -> Option<Self> {
                let has = $(is_x86_feature_detected!($feature))&&+;
                has.then_some(Self(()))
            }

            /// Does `work` with this kernel.
            #[inline]
            pub(super) fn run<W: Work>(self, work: W) -> W::Done {
                // SAFETY: the proof was found.
                unsafe { work_wide(work, self) }
            }
        }

        // Inlined, or the kernels would be calls for each block.
        impl Kernel for $name {
            #[inline(always)]
            fn classes(self, block: &[u8; BLOCK]) -> Classes {
                // SAFETY: the proof was found.
                unsafe { classes_wide(block) }
            }

            #[inline(always)]
            fn sides(self, block: &[u8; BLOCK]) -> Sides {
                // SAFETY: the proof was found.
                unsafe { sides_wide(block) }
            }

            #[inline(always)]
            fn gaps(self, around: &[u8; AROUND]) -> u64 {
                // SAFETY: the proof was found.
                unsafe { gaps_wide(around) }
            }
        }

        /// The work around the kernels is made of instructions for single bits.
        #[target_feature(enable = $features)]
        fn work_wide<W: Work>(work: W, kernel: $name) -> W::Done {
            work.work(kernel)
        }
    };
}
