/* docmill.h: the C interface between docmill and its plugins, version 1.0.
 *
 * A plugin is a shared library that exports one function
 *     int32_t docmill_plugin_v1_NAME(const dm_host*, dm_library*, dm_error*);
 * where the file is called libNAME.so (libNAME.dylib, NAME.dll); `-` in a file name reads `_` in NAME.
 *
 * Rules for every call
 * - Strings are pointer and length, UTF-8. A dm_str is borrowed for the length of the call.
 * - Input arrays and schemas are moved on call, whatever is returned: the callee releases them in place, or
 *   copies the struct and sets the original's `release` to NULL.
 * - Output is written on DM_OK only. On any other status the dm_error is filled instead.
 * - Everything owned carries its own `release`, callable on any thread at any time.
 * - Every struct begins with its size; members are only ever appended.
 * - Nothing (no C++ exception, no longjmp) may cross the boundary.
 */
#ifndef DOCMILL_H
#define DOCMILL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Arrow C Data and Stream Interface, verbatim from the Arrow specification. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
#endif
#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};
#endif

#define DM_ABI_MAJOR 1
#define DM_ABI_MINOR 0

enum {
  DM_OK = 0,
  DM_CONFIG = 1,      /* the params are wrong; detail_json is {"path": ["key", ...]}, with
                         "bytes": [start, end] where a part of a string is wrong */
  DM_SCHEMA = 2,      /* the input's columns are not those that the stage needs */
  DM_DATA = 3,        /* a document cannot be worked on */
  DM_IO = 4,          /* reading or writing failed */
  DM_INTERNAL = 5,    /* a defect of the plugin */
  DM_PANIC = 6,       /* the plugin panicked: release this instance, do not call it again */
  DM_UNSUPPORTED = 7, /* the stage has no such call */
  DM_CANCELLED = 8    /* the host asked to stop */
};

/* dm_error.flags. RETRYABLE: the same call may go well later; a sink has taken nothing of the batch, a source
   has given nothing of the block. ONLY_ROW: the other documents of the batch are well. */
enum { DM_ERROR_RETRYABLE = 1, DM_ERROR_ONLY_ROW = 2 };
enum { DM_HOST_LINKED = 1 };                            /* dm_host.flags */
enum { DM_LIBRARY_ABORTS = 1 };                         /* dm_library.flags */

typedef struct {
  const uint8_t* ptr;
  size_t len;
} dm_str;

typedef struct dm_bytes {
  uint8_t* ptr;
  size_t len;
  void* private_data;
  void (*release)(struct dm_bytes*);
} dm_bytes;

typedef struct {
  uint32_t size;
  int32_t code;
  int64_t row; /* row of the input at fault, -1 when unknown */
  uint64_t flags;
  dm_bytes message;
  dm_bytes detail_json;
} dm_error;

/* What the host offers; lives as long as the process. */
typedef struct {
  uint32_t size, abi_major, abi_minor;
  uint32_t max_level; /* 0 none, 1 error, 2 warn, 3 info, 4 debug, 5 trace */
  uint32_t flags, reserved;
  void* ctx; /* first argument of every call below */
  void (*log)(void* ctx, uint32_t level, dm_str target, dm_str message, dm_str fields_json);
  int32_t (*should_cancel)(void* ctx);
  /* Each is NULL where the host has none, and lives as long as the process otherwise.
   * "docmill.base_folder": const dm_str*, the folder from which relative paths in params start.
   * "docmill.block_bytes": const uint64_t*, about how many bytes of input a source's unit of work should hold.
   * "docmill.targets": const dm_str*, a JSON list of the absolute paths of the files that the run writes; a source
   * must not read them. */
  const void* (*get_extension)(void* ctx, dm_str id);
} dm_host;

/* One instance of a stage, called by one thread at a time, released on any thread.
 * A call that the stage's kind does not have is NULL. The struct itself may be moved between calls. */
typedef struct dm_stage {
  uint32_t size, flags;
  void* private_data;
  /* Once, before any other call. `in` is NULL for a source; `out` is NULL for a sink.
   * A transform writes the columns that it adds, a source the columns of its batches. */
  int32_t (*open)(struct dm_stage*, struct ArrowSchema* in, struct ArrowSchema* out, dm_error*);
  /* Transform: a batch in, the added columns out, row for row. A stage described with
   * "changes_rows": true sends `__parent: u32` as its first column instead: the input row that each
   * output row comes from, never falling. `fates` may be left untouched, or tells of documents that go no further:
   * struct<row: u32, dropped: bool, code: utf8, message: utf8>.
   * Sink: a batch in; `out` and `fates` are NULL. */
  int32_t (*process)(struct dm_stage*, struct ArrowArray* in, struct ArrowArray* out,
                     struct ArrowArray* fates, dm_error*);
  /* Source: its units of work in a fixed order,
   * struct<key: utf8, uri: utf8, bytes: u64, fingerprint: utf8>. */
  int32_t (*blocks)(struct dm_stage*, struct ArrowSchema* schema, struct ArrowArray* out, dm_error*);
  /* Source: the documents of one block. The stream may be read after other calls, and outlive the stage. */
  int32_t (*read)(struct dm_stage*, dm_str key, struct ArrowArrayStream* out, dm_error*);
  /* Sink: commits everything written. A sink released without it leaves no trace. */
  int32_t (*flush)(struct dm_stage*, dm_error*);
  /* "docmill.fingerprint", of a source: const dm_fingerprint*. */
  const void* (*get_extension)(struct dm_stage*, dm_str id);
  void (*release)(struct dm_stage*);
} dm_stage;

/* By this a source tells the content of a block; lives as long as the process. */
typedef struct {
  uint32_t size, reserved;
  /* A digest of all that the block with this key holds, names and places included where documents depend on
   * them: the same when and only when `read` would give the same documents. Empty where the source cannot
   * tell. Not of when or where the files lie. */
  int32_t (*fingerprint)(dm_stage*, dm_str key, dm_bytes* out, dm_error*);
} dm_fingerprint;

/* What a library ships: `size` is set by the host, the rest by the entry function. */
typedef struct {
  uint32_t size, abi_major, abi_minor, flags, n_stages, reserved;
  void* private_data;
  /* {"id", "version", "kind": "source" | "transform" | "sink", "summary", "params": JSON Schema,
   *  "reads": [{"name", "type", "optional"}], "writes": [...], "changes_rows": bool, ...}. Pure. */
  int32_t (*describe)(uint32_t stage, dm_bytes* out_json, dm_error*);
  /* Checks params and tells which columns the stage adds to the given ones. Pure. May be NULL. */
  int32_t (*plan)(uint32_t stage, dm_str params_json, dm_str columns_json, dm_bytes* out_columns_json,
                  dm_error*);
  int32_t (*create)(uint32_t stage, dm_str params_json, const dm_host*, dm_stage* out, dm_error*);
} dm_library;

#ifdef __cplusplus
}
#endif
#endif /* DOCMILL_H */
