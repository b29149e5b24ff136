/* test_across.c - the same event in another language */
#include "story/across.h"
#include "story/across_state.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NOW  INT64_C(1780000000)
#define HOUR 3600

struct telling {
	const char *lang, *title, *summary;
};

static const struct telling flood[] = {
	{"en", "Sudan: 1,300 families flee floods in Kassala, UNHCR says",
		"Heavy rain destroyed 450 homes near Kassala and Gedaref, said Amina Abdulrahman."},
	{"fr", "Soudan : 1 300 familles fuient les inondations à Kassala, selon le HCR",
		"De fortes pluies ont détruit 450 maisons près de Kassala et Gedaref, a dit Amina "
		"Abdulrahman."},
	{"ru", "Судан: 1 300 семей бежали от наводнения в Кассале, сообщает УВКБ",
		"Сильные дожди разрушили 450 домов близ Кассалы и Гедарефа, сказала Амина "
		"Абдулрахман."},
	{"ar", "السودان: 1300 أسرة تفر من الفيضانات في كسلا بحسب مفوضية اللاجئين",
		"دمرت الأمطار الغزيرة 450 منزلا قرب كسلا والقضارف"},
	{"zh", "苏丹：难民署称卡萨拉洪水致1300户家庭逃离", "暴雨摧毁了450座房屋"},
};

static const struct telling others[] = {
	{"en", "Peru elects a new parliament", "Turnout in Lima was 71 percent"},
	{"en", "Kenya opens a railway to the coast", "Mombasa expects 200 trains a month"},
	{"fr", "Le Brésil ouvre un musée de la forêt", "Le musée de Manaus compte 90 salles"},
	{"es", "Chile anuncia 25 hospitales nuevos", "El primero abre en Valparaíso"},
};

static struct across_choice tell(
	struct across *a, int64_t story, const struct telling *t, instant now)
{
	const struct across_item it = {.story = story,
		.lang = slice_of(t->lang),
		.title = slice_of(t->title),
		.summary = slice_of(t->summary)};
	struct across_choice choice;

	across_link(a, &it, now, &choice);
	return choice;
}

static void tell_others(struct across *a)
{
	for (size_t i = 0; i < COUNT(others); i++)
		cr_expect_eq(tell(a, 100 + (int64_t)i, &others[i], NOW).group, 0, "%zu", i);
}

Test(across, one_event_in_five_languages_is_one_group)
{
	struct across *a = across_new(1);

	tell_others(a);
	cr_expect_eq(tell(a, 200, &flood[0], NOW).group, 0);
	for (size_t i = 1; i < COUNT(flood); i++) {
		struct across_choice c = tell(a, 200 + (int64_t)i, &flood[i], NOW + HOUR);

		cr_expect_eq(c.group, 200, "%s", flood[i].lang);
		cr_expect_eq(c.how, ACROSS_TEXT, "%s", flood[i].lang);
		cr_expect(c.with >= 200 && c.score >= 0.2 && c.score <= 1.001);
	}
	across_free(&a);
}

Test(across, a_group_has_one_story_of_a_language)
{
	struct across *a = across_new(1);

	tell_others(a);
	tell(a, 1, &flood[0], NOW);
	cr_expect_eq(tell(a, 2, &flood[1], NOW).group, 1);
	cr_expect_eq(tell(a, 3, &flood[1], NOW).group, 0);
	cr_expect_eq(tell(a, 4, &flood[0], NOW).group, 0, "two rivals: neither is clear");
	across_free(&a);
}

Test(across, what_is_two_days_old_is_not_compared)
{
	struct across *a = across_new(1);

	tell_others(a);
	tell(a, 1, &flood[0], NOW);
	across_clean(a);
	cr_expect_eq(tell(a, 2, &flood[1], NOW + 49 * HOUR).group, 0);
	across_free(&a);
}

Test(across, a_source_that_names_the_other_text_links_outright)
{
	struct across *a = across_new(1);
	const struct slice alternate = SLICE("https://a.example/fr/1");
	struct across_item en = {.story = 1,
		.lang = SLICE("en"),
		.title = SLICE("One thing"),
		.link = SLICE("https://a.example/en/1"),
		.alternates = &alternate,
		.n_alternates = 1};
	struct across_item fr = {.story = 2,
		.lang = SLICE("fr"),
		.title = SLICE("Une chose"),
		.link = SLICE("https://a.example/fr/1")};
	struct across_choice choice;

	across_link(a, &en, NOW, &choice);
	across_link(a, &fr, NOW, &choice);
	cr_expect_eq(choice.group, 1);
	cr_expect_eq(choice.with, 1);
	cr_expect_str_eq(across_how_name(choice.how), "hreflang");
	across_free(&a);
}

Test(across, the_same_picture_links_unless_many_show_it)
{
	static const struct {
		const char *one, *two;
		bool same;
	} rows[] = {
		{"https://a.example/en/UN7123456-1024x768.jpg",
			"https://b.example/fr/UN7123456_300x200.jpg?x=1", true},
		{"https://a.example/en/UN7123456.jpg", "https://b.example/UN7123456.png", true},
		{"https://a.example/en/UN7123456.jpg", "https://b.example/UN7123457.jpg", false},
		{"https://a.example/logo.png", "https://a.example/logo.png", false},
		{"https://a.example/placeholder.png", "https://a.example/placeholder.png", false},
		{"", "", false},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct across *a = across_new(1);
		struct across_item it = {
			.story = 1, .lang = SLICE("en"), .image = slice_of(rows[i].one)};
		struct across_choice choice;

		across_link(a, &it, NOW, &choice);
		it = (struct across_item){
			.story = 2, .lang = SLICE("fr"), .image = slice_of(rows[i].two)};
		across_link(a, &it, NOW, &choice);
		cr_expect_eq(choice.how == ACROSS_IMAGE, rows[i].same, "%s", rows[i].one);
		cr_expect_eq(choice.group != 0, rows[i].same, "%s", rows[i].one);
		for (int64_t more = 3; more < 9; more++) {
			it.story = more;
			across_link(a, &it, NOW, &choice);
		}
		it.lang = SLICE("es");
		it.story = 9;
		across_link(a, &it, NOW, &choice);
		cr_expect_eq(choice.group, 0, "too many show it");
		across_free(&a);
	}
}

Test(across, groups_grow_together)
{
	struct across *a = across_new(1);
	const struct slice both[] = {SLICE("https://a.example/en"), SLICE("https://a.example/ru")};
	struct across_choice choice;
	struct across_story row;

	for (int64_t i = 1; i <= 4; i++) {
		static const char *const langs[] = {"", "en", "fr", "ru", "ar"};
		struct across_item it = {.story = i,
			.lang = slice_of(langs[i]),
			.link = i == 1   ? both[0]
				: i == 3 ? both[1]
					 : SLICE_NONE,
			.alternates = &both[i == 4],
			.n_alternates = i % 2 == 0};

		across_link(a, &it, NOW, &choice);
	}
	cr_expect_eq(choice.group, 3);
	across_clean(a);
	across_link(a,
		&(struct across_item){
			.story = 5, .lang = SLICE("es"), .alternates = both, .n_alternates = 2},
		NOW, &choice);
	cr_expect_eq(choice.group, 1);
	cr_expect_eq(
		across_dirty(a), 3, "the two of group 3, and the new one: %zu", across_dirty(a));
	for (size_t i = 0; i < across_dirty(a); i++) {
		across_dirty_at(a, i, &row);
		cr_expect_eq(row.group, 1);
	}
	across_part(a, 5);
	cr_expect_eq(tell(a, 5, &(struct telling){"es", "x", "y"}, NOW).group, 0);
	across_free(&a);
}

Test(across, what_is_parted_stays_apart)
{
	struct across *a = across_new(1);

	tell_others(a);
	tell(a, 1, &flood[0], NOW);
	cr_expect_eq(tell(a, 2, &flood[1], NOW).group, 1);
	across_clean(a);
	across_part(a, 2);
	across_part(a, 77);
	cr_expect_eq(across_dirty(a), 2, "a group of one is none");
	cr_expect_eq(tell(a, 2, &flood[1], NOW + HOUR).group, 0);
	cr_expect_eq(tell(a, 3, &flood[2], NOW + HOUR).group, 1, "but others link");
	across_free(&a);
}

#define TOLD 2000
static struct across_story kept[TOLD + 1];
static unsigned char kept_bytes[TOLD + 1][ACROSS_BYTES];

static void write_down(struct across *a)
{
	for (size_t i = 0; i < across_dirty(a); i++) {
		struct across_story row;

		across_dirty_at(a, i, &row);
		cr_assert_leq(row.bytes.len, sizeof kept_bytes[0]);
		memcpy(kept_bytes[row.story], row.bytes.at, row.bytes.len);
		kept[row.story] = row;
		kept[row.story].bytes =
			slice_from((const char *)kept_bytes[row.story], row.bytes.len);
		kept[row.story].lang = row.lang.at[0] == 'e'   ? SLICE("en")
				       : row.lang.at[0] == 'f' ? SLICE("fr")
							       : SLICE("ru");
	}
	across_clean(a);
}

static struct across *restart(struct across *a, instant now)
{
	across_free(&a);
	a = across_new((uint64_t)now);
	for (size_t i = 0; i <= TOLD; i++)
		if (kept[i].story > 0)
			across_restore(a, &kept[i]);
	across_restored(a, now);
	return a;
}

static uint32_t chance(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

Test(across, the_same_answers_after_a_restart_between_any_two_items)
{
	static const char *const langs[] = {"en", "fr", "ru"};
	struct across *a = across_new(1), *again = across_new(2);
	uint64_t state = 5;
	size_t linked = 0;

	for (int64_t i = 1; i <= TOLD; i++) {
		char title[128];
		uint32_t event = (uint32_t)i / 8 + chance(&state) % 12;
		struct telling t = {langs[chance(&state) % 3], title, ""};
		int64_t story = i > 50 && chance(&state) % 4 == 0 ? i - 40 : i;
		instant now = NOW + i * 700;
		struct across_choice one, two;

		snprintf(title, sizeof title, "%u people and %u of %u at Ka%cma%cta%cno",
			100 + event * 7, 50 + event % 900, 10 + chance(&state) % 90,
			(int)('a' + event % 20), (int)('a' + event / 20 % 20),
			(int)('a' + chance(&state) % 3));
		one = tell(a, story, &t, now);
		across_clean(a);
		two = tell(again, story, &t, now);
		cr_assert(one.group == two.group && one.with == two.with && one.how == two.how &&
				  one.score == two.score,
			"item %" PRId64 ": %" PRId64 " %" PRId64, i, one.group, two.group);
		linked += one.with != 0;
		write_down(again);
		if (i % 29 == 0 || (i > 900 && i < 1000))
			again = restart(again, now);
	}
	cr_expect(linked > 100 && linked < TOLD / 2, "%zu", linked);
	across_free(&a);
	across_free(&again);
}

Test(across, damaged_rows_are_left_out)
{
	struct across *a = across_new(1);
	static const char bytes[] = "\1\0\77\77short";
	struct across_story row = {.story = 3, .group = 3, .lang = SLICE("en")};

	row.bytes = slice_from(bytes, sizeof bytes - 1);
	across_restore(a, &row);
	row.bytes = SLICE("\7");
	row.story = 4;
	across_restore(a, &row);
	across_restored(a, NOW);
	cr_expect_eq(across_dirty(a), 0);
	across_free(&a);
}

static uint32_t name_in(const struct names *n, const char *text)
{
	struct token tokens[TOKENS_MOST];
	size_t count = token_read(tokens, slice_of(text)), words = 1;

	for (size_t i = 0; i < count; i += words) {
		uint32_t mark = names_find(n, &tokens[i], count - i, &words);

		if (mark != 0)
			return mark;
		words = 1;
	}
	return 0;
}

Test(across, names_are_known_in_six_languages)
{
	static const struct {
		const char *code, *text;
	} rows[] = {
		{"sd", "aid for Sudan"},
		{"sd", "l'aide au Soudan"},
		{"sd", "помощь Судану"},
		{"sd", "в Судане"},
		{"sd", "مساعدات للسودان"},
		{"sd", "وفي السودان"},
		{"sd", "援助苏丹"},
		{"ss", "in South Sudan"},
		{"ss", "南苏丹局势"},
		{"cd", "République démocratique du Congo"},
		{"cd", "刚果（金）局势"},
		{"ng", "в Нигерии"},
		{"ne", "в Нигере"},
		{"sy", "لسوريا"},
		{"+who", "the WHO says"},
		{"+who", "Организация: ВОЗ сообщает"},
		{"+who", "世卫组织表示"},
		{"+unhcr", "según ACNUR"},
		{"+unhcr", "مفوضية الأمم المتحدة لشؤون اللاجئين"},
		{"+un", "the U.N. envoy"},
		{"", "who says so"},
		{"", "the mali of old"},
	};
	struct names *n = names_new();

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t want = rows[i].code[0] == '\0' ? 0 : mark_of('c', slice_of(rows[i].code));

		cr_expect_eq(
			name_in(n, rows[i].text), want, "%s in %s", rows[i].code, rows[i].text);
	}
	names_free(&n);
}

Test(across, every_name_is_found_as_it_stands_in_the_table)
{
	static const struct {
		const char *code, *names;
	} all[] = {
#define NAME(code, names) {code, names},
#include "story/across_names.def"
#undef NAME
	};
	struct names *n = names_new();

	for (size_t i = 0; i < COUNT(all); i++) {
		struct slice rest = slice_of(all[i].names), one;

		while (slice_cut(&rest, '|', &one)) {
			struct token tokens[TOKENS_MOST];
			size_t words = 0, count;

			count = token_read(tokens, one);
			cr_assert_gt(count, 0, "%.*s", SLICE_ARG(one));
			tokens[0].capital = tokens[0].upper = true;
			cr_expect_eq(names_find(n, tokens, count, &words),
				mark_of('c', slice_of(all[i].code)), "%.*s of %s", SLICE_ARG(one),
				all[i].code);
			cr_expect_eq(words, count, "%.*s", SLICE_ARG(one));
		}
	}
	names_free(&n);
}

Test(across, names_keep_their_consonants)
{
	static const char *const rows[][3] = {
		{"Guterres", "Гутерреш", "غوتيريش"},
		{"Geneva", "Женева", "جنيف"},
		{"Kassala", "Кассале", "كسلا"},
		{"Kordofan", "Кордофане", "كردفان"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char want[SKELETON_BYTES];
		size_t n = 0;

		for (size_t j = 0; j < 3; j++) {
			struct token t[TOKENS_MOST];
			char got[SKELETON_BYTES];
			size_t len;

			cr_assert_eq(token_read(t, slice_of(rows[i][j])), 1);
			len = token_skeleton(&t[0], got);
			if (j == 0) {
				memcpy(want, got, len);
				n = len;
			}
			cr_expect(len == n && memcmp(want, got, n) == 0, "%s: %.*s, not %.*s",
				rows[i][j], (int)len, got, (int)n, want);
		}
	}
}
