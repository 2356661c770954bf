/* Plugins that break one rule each, chosen by -DMODE_...; all ship one stage, `hostile`, that reads `text`
 * and says that it adds the column `hostile: utf8`. NAME is the crate's name, from -DNAME=... */
#include "docmill.h"

#include <stdlib.h>
#include <string.h>

#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)
#ifdef MODE_OTHER_MAJOR_SYMBOL
#define ENTRY PASTE(docmill_plugin_v2_, NAME)
#elif defined(MODE_NO_SYMBOL)
#define ENTRY PASTE(some_other_function_, NAME)
#else
#define ENTRY PASTE(docmill_plugin_v1_, NAME)
#endif

static void release_bytes(dm_bytes* bytes) {
  free(bytes->ptr);
  bytes->ptr = NULL;
  bytes->len = 0;
  bytes->release = NULL;
}

static void put(dm_bytes* out, const char* text, size_t len) {
  out->ptr = malloc(len);
  out->len = len;
  out->release = release_bytes;
  memcpy(out->ptr, text, len);
}

static int32_t fail(dm_error* error, int32_t code, const char* message) {
  error->code = code;
  error->row = -1;
  put(&error->message, message, strlen(message));
  return code;
}

static int32_t describe(uint32_t stage, dm_bytes* out, dm_error* error) {
  (void)stage;
  (void)error;
#ifdef MODE_BAD_JSON
  const char* text = "{ this is no JSON";
#elif defined(MODE_NO_ID)
  const char* text = "{\"version\":\"1\",\"kind\":\"transform\"}";
#else
  const char* text =
      "{\"id\":\"hostile\",\"version\":\"1.0.0\",\"kind\":\"transform\",\"summary\":\"breaks a rule\","
      "\"params\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},"
      "\"reads\":[{\"name\":\"text\",\"type\":\"utf8\"}],"
      "\"writes\":[{\"name\":\"hostile\",\"type\":\"utf8\"}],\"changes_rows\":false}";
#endif
  put(out, text, strlen(text));
  return DM_OK;
}

static void release_schema(struct ArrowSchema* schema) {
  for (int64_t i = 0; i < schema->n_children; i++) {
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
    free(schema->children[i]);
  }
  free(schema->children);
  schema->release = NULL;
}

static int32_t open_stage(dm_stage* stage, struct ArrowSchema* in, struct ArrowSchema* out, dm_error* error) {
  (void)stage;
  (void)error;
  if (in->release) in->release(in);
  struct ArrowSchema* child = calloc(1, sizeof *child);
  int64_t columns = 1;
#ifdef MODE_ID
  columns = 2;
#endif
#ifdef MODE_SCHEMA
  child->format = "I";
#else
  child->format = "u";
#endif
  child->name = "hostile";
  child->release = release_schema;
  memset(out, 0, sizeof *out);
  out->format = "+s";
  out->name = "";
  out->n_children = columns;
  out->children = calloc((size_t)columns, sizeof *out->children);
  out->children[0] = child;
#ifdef MODE_ID
  out->children[1] = calloc(1, sizeof *child);
  *out->children[1] = *child;
  out->children[1]->name = "id";
#endif
  out->release = release_schema;
  return DM_OK;
}

static void release_array(struct ArrowArray* array) {
  for (int64_t i = 0; i < array->n_children; i++) {
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
    free(array->children[i]);
  }
  for (int64_t i = 0; i < array->n_buffers; i++) free((void*)array->buffers[i]);
  free(array->children);
  free(array->buffers);
  array->release = NULL;
}

static int32_t process(dm_stage* stage, struct ArrowArray* in, struct ArrowArray* out, struct ArrowArray* fates,
                       dm_error* error) {
  (void)stage;
  (void)fates;
  int64_t rows = in->length;
#ifdef MODE_UTF8_ONE
  /* Which texts begin with a B. */
  const struct ArrowArray* texts = in->children[0];
  const int32_t* starts = (const int32_t*)texts->buffers[1] + texts->offset + in->offset;
  char* bad = calloc((size_t)rows + 1, 1);
  for (int64_t i = 0; i < rows; i++)
    bad[i] = starts[i] < starts[i + 1] && ((const char*)texts->buffers[2])[starts[i]] == 'B';
#endif
  if (in->release) in->release(in);
#ifdef MODE_NO_OUTPUT
  (void)rows;
  (void)out;
  (void)error;
  return DM_OK;
#elif defined(MODE_EMBEDDED_NUL)
  (void)rows;
  (void)out;
  error->code = DM_DATA;
  error->row = 0;
  error->flags = DM_ERROR_ONLY_ROW;
  put(&error->message, "a\0b", 3);
  return DM_DATA;
#else
  (void)error;
#ifdef MODE_ROWS
  rows += 1;
#endif
  struct ArrowArray* child = calloc(1, sizeof *child);
  int32_t* offsets = calloc((size_t)rows + 1, sizeof *offsets);
  char* bytes = calloc((size_t)rows + 1, 1);
  for (int64_t i = 0; i <= rows; i++) offsets[i] = (int32_t)i;
  memset(bytes, 'x', (size_t)rows);
#ifdef MODE_UTF8_ONE
  for (int64_t i = 0; i < rows; i++)
    if (bad[i]) bytes[i] = (char)0xff;
  free(bad);
#endif
#ifdef MODE_UTF8
  memset(bytes, 0xff, (size_t)rows);
#endif
#ifdef MODE_OFFSETS
  offsets[rows] = 1 << 30;
#endif
#ifdef MODE_OFFSETS_BACK
  offsets[rows] = -1;
#endif
  child->length = rows;
  child->n_buffers = 3;
  child->buffers = calloc(3, sizeof *child->buffers);
  child->buffers[1] = offsets;
  child->buffers[2] = bytes;
  child->release = release_array;
  memset(out, 0, sizeof *out);
  out->length = rows;
  out->n_buffers = 1;
  out->buffers = calloc(1, sizeof *out->buffers);
#ifdef MODE_CHILDREN
  release_array(child);
  free(child);
  out->n_children = 0;
#else
  out->n_children = 1;
  out->children = malloc(sizeof *out->children);
  out->children[0] = child;
#endif
  out->release = release_array;
  return DM_OK;
#endif
}

static void release_stage(dm_stage* stage) { stage->release = NULL; }

static int32_t create(uint32_t stage, dm_str params, const dm_host* host, dm_stage* out, dm_error* error) {
  (void)stage;
  (void)params;
  (void)host;
  (void)error;
  memset(out, 0, sizeof *out);
  out->size = sizeof *out;
  out->open = open_stage;
  out->process = process;
  out->release = release_stage;
  return DM_OK;
}

int32_t ENTRY(const dm_host* host, dm_library* out, dm_error* error) {
  (void)host;
#ifdef MODE_REFUSE
  (void)out;
  return fail(error, DM_INTERNAL, "not today");
#else
  (void)error;
  (void)fail;
  memset(out, 0, sizeof *out);
  out->size = sizeof *out;
  out->abi_major = DM_ABI_MAJOR;
#ifdef MODE_OTHER_MAJOR
  out->abi_major = DM_ABI_MAJOR + 1;
#endif
  out->n_stages = 1;
#ifndef MODE_NO_DESCRIBE
  out->describe = describe;
#else
  (void)describe;
#endif
  out->create = create;
  return DM_OK;
#endif
}
