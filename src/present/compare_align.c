#include "present/compare_align.h"

#include <stdlib.h>

#include "base/mem.h"

/* What is left to be aligned: without what both have at the beginning and at the end. */
struct middle {
	const uint64_t *left;
	const uint64_t *right;
	int left_count;
	int right_count;
	uint32_t *partner; /* of `left`; counted from the front of `right` */
};

/* How far each diagonal has come after each number of differences: row d, for the diagonals -d, -d + 2, ... d, has its
 * place behind those before it. */
static int *row_of(int *reached, int differences)
{
	return reached + (ptrdiff_t)differences * (differences + 1) / 2;
}

/* Where diagonal `k` begins with `d` differences: one step right or down of the farther neighbour. */
static int step_to(int *reached, int d, int k)
{
	const int *before = d > 0 ? row_of(reached, d - 1) : NULL;
	int at = (k + d) / 2; /* in row d; its neighbours have at - 1 and at in row d - 1 */

	if (d == 0)
		return 0;
	if (k == -d || (k != d && before[at - 1] < before[at]))
		return before[at];
	return before[at - 1] + 1;
}

/* Along what is equal. */
static int slide(const struct middle *m, int x, int k)
{
	while (x < m->left_count && x - k < m->right_count && m->left[x] == m->right[x - k])
		x++;
	return x;
}

/* From the end back to the beginning: what was slid along are the pairs. */
static void trace(const struct middle *m, int *reached, int d)
{
	int k = m->left_count - m->right_count;

	for (; d >= 0; d--) {
		int x = row_of(reached, d)[(k + d) / 2];
		int begin = step_to(reached, d, k);
		bool is_from_above = d > 0 && (k == -d || (k != d && row_of(reached, d - 1)[(k + d) / 2 - 1] <
									     row_of(reached, d - 1)[(k + d) / 2]));

		while (x-- > begin)
			m->partner[x] = (uint32_t)(x - k);
		k += is_from_above ? 1 : -1;
	}
}

/* False: there are too many differences. */
static bool align_best(const struct middle *m)
{
	size_t rows = COMPARE_ALIGN_DIFFERENCES + 1;
	int *reached = mem_alloc(rows * (rows + 1) / 2 * sizeof(*reached));
	bool is_found = false;

	for (int d = 0; d <= COMPARE_ALIGN_DIFFERENCES && !is_found; d++)
		for (int k = -d; k <= d && !is_found; k += 2) {
			int x = slide(m, step_to(reached, d, k), k);

			row_of(reached, d)[(k + d) / 2] = x;
			is_found = x >= m->left_count && x - k >= m->right_count;
			if (is_found)
				trace(m, reached, d);
		}
	free(reached);
	return is_found;
}

static void align_from_front(const struct middle *m)
{
	int next = 0;

	for (int i = 0; i < m->left_count; i++) {
		int end = m->right_count - next < COMPARE_ALIGN_NEAR ? m->right_count : next + COMPARE_ALIGN_NEAR;

		for (int j = next; j < end; j++) {
			if (m->left[i] != m->right[j])
				continue;
			m->partner[i] = (uint32_t)j;
			next = j + 1;
			break;
		}
	}
}

bool compare_align(const uint64_t *left, size_t left_count, const uint64_t *right, size_t right_count,
		   uint32_t *partner)
{
	size_t front = 0;
	size_t back = 0;
	struct middle m;
	bool is_best;

	while (front < left_count && front < right_count && left[front] == right[front]) {
		partner[front] = (uint32_t)front;
		front++;
	}
	while (back < left_count - front && back < right_count - front &&
	       left[left_count - 1 - back] == right[right_count - 1 - back]) {
		partner[left_count - 1 - back] = (uint32_t)(right_count - 1 - back);
		back++;
	}
	m = (struct middle){left + front, right + front, (int)(left_count - front - back),
			    (int)(right_count - front - back), partner + front};
	for (int i = 0; i < m.left_count; i++)
		m.partner[i] = COMPARE_ALIGN_ALONE;
	if (m.left_count == 0 || m.right_count == 0)
		return true;
	is_best = align_best(&m);
	if (!is_best)
		align_from_front(&m);
	for (int i = 0; i < m.left_count; i++)
		if (m.partner[i] != COMPARE_ALIGN_ALONE)
			m.partner[i] += (uint32_t)front;
	return is_best;
}
