/* Puts style sheet, script and images into the program: mkassets GENDIR ASSETSDIR writes assets.c,
 * assets.h and assets.map. Every file gets the hash of its content into its URL, so that browsers
 * may keep it for ever, and is compressed here once as well as it can be. assets.map is for mkview:
 * a line `css/kabinet.css /a/…` for each file and `img/icons.svg#home /a/…#home` for each symbol of
 * a drawing.
 *
 * CSS and JS lose comments, leading white space and empty lines, no more. So in a script a comment
 * starts its line and no string spans lines. */
#include "gen.h"

#define ZLIB_CONST
#include <brotli/encode.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

struct file {
	struct str name; /* below the folder of assets */
	struct str url;
	const char *type;
	uint64_t hash;
	struct str plain, gzip, br;
};

static const struct {
	const char *ext;
	const char *type;
} types[] = {
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".ico", "image/x-icon" },
	{ ".txt", "text/plain; charset=utf-8" },
};

static bool ends_with(struct str s, const char *end)
{
	size_t n = strlen(end);

	return s.n > n && memcmp(s.p + s.n - n, end, n) == 0;
}

static const char *type_of(struct str name)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (ends_with(name, types[i].ext))
			return types[i].type;
	gen_die("assets/%s: nobody knows the type of such a file", name.p);
}

/* FNV-1a: it has to tell versions apart, not to withstand anybody. */
static uint64_t hash_of(struct str s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return h;
}

/* Comments out, strings untouched. */
static struct str without_comments(struct str s)
{
	struct sb out = { 0 };
	char quote = '\0';

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!quote && c == '/' && i + 1 < s.n && s.p[i + 1] == '*') {
			const char *end = memmem(s.p + i + 2, s.n - i - 2, "*/", 2);
			if (!end)
				break;
			i = (size_t)(end - s.p) + 1;
			continue;
		}
		sb_c(&out, c);
		if (quote && c == '\\' && i + 1 < s.n)
			sb_c(&out, s.p[++i]);
		else if (c == quote || c == '\n')
			quote = '\0';
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
	}
	return sb_str(&out);
}

static struct str without_indent(struct str s, bool script)
{
	struct sb out = { 0 };

	while (s.n) {
		size_t end = 0, from = 0;

		while (end < s.n && s.p[end] != '\n')
			end++;
		while (from < end && (s.p[from] == ' ' || s.p[from] == '\t'))
			from++;
		struct str line = str_sub(s, from, end - from);
		bool comment = script && line.n > 1 && line.p[0] == '/' && line.p[1] == '/';
		if (line.n && !comment) {
			sb_put(&out, line);
			sb_c(&out, '\n');
		}
		s = str_sub(s, end + 1, s.n);
	}
	return sb_str(&out);
}

static struct str smaller(struct str name, struct str s)
{
	if (ends_with(name, ".css") || ends_with(name, ".js"))
		return without_indent(without_comments(s), ends_with(name, ".js"));
	return ends_with(name, ".svg") ? without_indent(s, false) : s;
}

static struct str gzipped(struct str s)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		gen_die("zlib: out of memory");
	size_t max = deflateBound(&z, s.n);
	unsigned char *p = gen_alloc(max);
	z.next_in = (const unsigned char *)s.p;
	z.avail_in = (uInt)s.n;
	z.next_out = p;
	z.avail_out = (uInt)max;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		gen_die("zlib failed");
	size_t n = z.total_out;
	deflateEnd(&z);
	return n < s.n ? (struct str){ .p = (const char *)p, .n = n } : STR("");
}

static struct str brotlied(struct str s)
{
	size_t n = BrotliEncoderMaxCompressedSize(s.n);
	unsigned char *p = gen_alloc(n);

	if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_TEXT,
				   s.n, (const unsigned char *)s.p, &n, p))
		gen_die("brotli failed");
	return n < s.n ? (struct str){ .p = (const char *)p, .n = n } : STR("");
}

static struct file load(const char *dir, struct str name)
{
	struct file f = { .name = name, .type = type_of(name) };
	const char *base = strrchr(name.p, '/') ? strrchr(name.p, '/') + 1 : name.p;
	const char *dot = strrchr(base, '.');
	struct sb url = { 0 };

	f.plain = smaller(name, gen_read(gen_path(dir, name)));
	f.hash = hash_of(f.plain);
	f.gzip = gzipped(f.plain);
	f.br = brotlied(f.plain);
	sb_f(&url, "/a/%.*s.%08x%s", (int)(dot - base), base, (unsigned)(f.hash >> 32), dot);
	f.url = sb_str(&url);
	return f;
}

static int by_url(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->url.p, ((const struct file *)b)->url.p);
}

static void put_member(struct sb *b, const char *name, struct str s)
{
	sb_f(b, "\t\t.%s = { .n = %zu, .p =\n\t\t\t", name, s.n);
	sb_literal(b, s, "\t\t\t");
	sb_put(b, STR(" },\n"));
}

static struct str source(const struct file *v, size_t n)
{
	struct sb b = { 0 };

	sb_put(&b, STR("/* Made by tools/mkassets: do not edit. */\n"
		       "#include \"assets.h\"\n\n"
		       "static const struct asset assets[] = {\n"));
	for (size_t i = 0; i < n; i++) {
		sb_put(&b, STR("\t{\n"));
		put_member(&b, "url", v[i].url);
		sb_f(&b, "\t\t.type = \"%s\",\n", v[i].type);
		sb_f(&b, "\t\t.etag = { .n = 18, .p = \"\\\"%016llx\\\"\" },\n",
		     (unsigned long long)v[i].hash);
		put_member(&b, "plain", v[i].plain);
		put_member(&b, "gzip", v[i].gzip);
		put_member(&b, "br", v[i].br);
		sb_put(&b, STR("\t},\n"));
	}
	sb_f(&b,
	     "};\n\n"
	     "const struct asset *asset_find(struct str url)\n{\n"
	     "\tsize_t from = 0, to = %zu;\n\n"
	     "\twhile (from < to) {\n"
	     "\t\tconst struct asset *a = &assets[(from + to) / 2];\n"
	     "\t\tsize_t n = url.n < a->url.n ? url.n : a->url.n;\n"
	     "\t\tint order = n ? memcmp(url.p, a->url.p, n) : 0;\n\n"
	     "\t\tif (order == 0 && url.n == a->url.n)\n\t\t\treturn a;\n"
	     "\t\tif (order < 0 || (order == 0 && url.n < a->url.n))\n"
	     "\t\t\tto = (from + to) / 2;\n\t\telse\n\t\t\tfrom = (from + to) / 2 + 1;\n"
	     "\t}\n\treturn NULL;\n}\n",
	     n);
	return sb_str(&b);
}

static const char header[] =
	"/* Made by tools/mkassets: do not edit. Static files, each under a URL that changes with "
	"its content. */\n"
	"#ifndef GEN_ASSETS_H\n#define GEN_ASSETS_H\n\n"
	"#include \"core/str.h\"\n\n"
	"struct asset {\n"
	"\tstruct str url;\n"
	"\tconst char *type;\n"
	"\tstruct str etag;            /* with its quotes */\n"
	"\tstruct str plain, gzip, br; /* gzip and br are empty where they are not smaller */\n"
	"};\n\n"
	"/** asset_find(url): the file behind a path such as /a/kabinet.1a2b3c4d.css, or NULL. */\n"
	"const struct asset *asset_find(struct str url);\n\n"
	"#endif\n";

static void map_symbols(struct sb *b, const struct file *f)
{
	static const char mark[] = "<symbol id=\"";
	struct str rest = f->plain;

	for (const char *at; (at = memmem(rest.p, rest.n, mark, sizeof mark - 1));) {
		rest = str_sub(rest, (size_t)(at - rest.p) + sizeof mark - 1, rest.n);
		const char *end = memchr(rest.p, '"', rest.n);
		if (!end)
			gen_die("assets/%s: a quote is missing", f->name.p);
		int n = (int)(end - rest.p);
		sb_f(b, "%s#%.*s %s#%.*s\n", f->name.p, n, rest.p, f->url.p, n, rest.p);
	}
}

int main(int argc, char **argv)
{
	struct sb map = { 0 };

	if (argc != 3)
		gen_die("usage: mkassets GENDIR ASSETSDIR");
	struct gen_files names = gen_list(argv[2], STR(""));
	struct file *v = gen_alloc(names.n * sizeof *v);
	for (size_t i = 0; i < names.n; i++) {
		v[i] = load(argv[2], names.v[i]);
		sb_f(&map, "%s %s\n", v[i].name.p, v[i].url.p);
		if (ends_with(v[i].name, ".svg"))
			map_symbols(&map, &v[i]);
	}
	if (names.n)
		qsort(v, names.n, sizeof *v, by_url);
	gen_write(argv[1], "assets.h", str_c(header));
	gen_write(argv[1], "assets.c", source(v, names.n));
	gen_write(argv[1], "assets.map", sb_str(&map));
	return 0;
}
