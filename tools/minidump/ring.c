// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "ring.h"

/* The kernel takes no log_buf_len beyond this, and a record has 32 bytes. */
#define SIZE_BITS_MAX	31
#define COUNT_BITS_MAX	26

#define OBJECT_MAX	4096	/* no structure of the ring comes near this */

/* A descriptor's state variable has its state on top of its id. */
#define STATE_SHIFT	62
#define ID_MASK		((1ull << STATE_SHIFT) - 1)
#define STATE_COMMITTED	1
#define STATE_FINALIZED	2

/* An odd position is none: the text is empty, or else it was lost. */
#define LPOS_EMPTY	3

static const struct {
	const char *key;
	size_t value;
} keys[] = {
#define LAYOUT(key, field) { key, offsetof(struct ring_layout, field) }
	LAYOUT("SIZE(printk_ringbuffer)", ringbuffer_size),
	LAYOUT("OFFSET(printk_ringbuffer.desc_ring)", desc_ring),
	LAYOUT("OFFSET(printk_ringbuffer.text_data_ring)", text_ring),
	LAYOUT("OFFSET(prb_desc_ring.count_bits)", count_bits),
	LAYOUT("OFFSET(prb_desc_ring.descs)", descs),
	LAYOUT("OFFSET(prb_desc_ring.infos)", infos),
	LAYOUT("OFFSET(prb_desc_ring.head_id)", head_id),
	LAYOUT("OFFSET(prb_desc_ring.tail_id)", tail_id),
	LAYOUT("SIZE(prb_desc)", desc_size),
	LAYOUT("OFFSET(prb_desc.state_var)", state),
	LAYOUT("OFFSET(prb_desc.text_blk_lpos)", block),
	LAYOUT("OFFSET(prb_data_blk_lpos.begin)", begin),
	LAYOUT("OFFSET(prb_data_blk_lpos.next)", next),
	LAYOUT("SIZE(printk_info)", info_size),
	LAYOUT("OFFSET(printk_info.seq)", seq),
	LAYOUT("OFFSET(printk_info.ts_nsec)", nanoseconds),
	LAYOUT("OFFSET(printk_info.text_len)", text_length),
	LAYOUT("OFFSET(printk_info.caller_id)", caller),
	LAYOUT("OFFSET(prb_data_ring.size_bits)", size_bits),
	LAYOUT("OFFSET(prb_data_ring.data)", data),
	LAYOUT("OFFSET(atomic_long_t.counter)", counter),
};

/* None is beyond OBJECT_MAX, so that sums of them cannot wrap. */
static bool read_layout(const char *vmcoreinfo, struct ring_layout *layout)
{
	uint64_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!vmcoreinfo_get_decimal(vmcoreinfo, keys[i].key, &value) ||
		    value > OBJECT_MAX)
			return false;
		memcpy((char *)layout + keys[i].value, &value, sizeof(value));
	}

	return layout->desc_size && layout->info_size;
}

/* A field of @size bytes in an object of which @object_size bytes were read */
static bool get_field(const uint8_t *object, uint64_t object_size,
		      uint64_t offset, unsigned int size, uint64_t *value)
{
	if (offset > object_size || size > object_size - offset)
		return false;
	*value = size == 8 ? get_le64(object + offset) :
		 size == 4 ? get_le32(object + offset) :
		 get_le16(object + offset);

	return true;
}

struct ring_head {
	uint64_t count_bits, descs, infos, head_id, tail_id, size_bits, data;
};

static bool read_head(const struct dump *dump, uint64_t virt,
		      const struct ring_layout *layout, struct ring_head *head)
{
	uint64_t size = layout->ringbuffer_size, ring = layout->desc_ring;
	uint8_t bytes[OBJECT_MAX];

	if (!dump_read_virt(dump, virt, bytes, size))
		return false;

	return get_field(bytes, size, ring + layout->count_bits, 4,
			 &head->count_bits) &&
	       get_field(bytes, size, ring + layout->descs, 8, &head->descs) &&
	       get_field(bytes, size, ring + layout->infos, 8, &head->infos) &&
	       get_field(bytes, size, ring + layout->head_id + layout->counter,
			 8, &head->head_id) &&
	       get_field(bytes, size, ring + layout->tail_id + layout->counter,
			 8, &head->tail_id) &&
	       get_field(bytes, size, layout->text_ring + layout->size_bits, 4,
			 &head->size_bits) &&
	       get_field(bytes, size, layout->text_ring + layout->data, 8,
			 &head->data);
}

static const char *open_arrays(struct ring *ring, const struct dump *dump,
			       const struct ring_head *head)
{
	uint64_t count;

	if (head->count_bits > COUNT_BITS_MAX || head->size_bits < 3 ||
	    head->size_bits > SIZE_BITS_MAX)
		return "its sizes are not those of a log";

	ring->count_bits = (unsigned int)head->count_bits;
	ring->size_bits = (unsigned int)head->size_bits;
	count = 1ull << ring->count_bits;
	if (!memory_window_open(&ring->descs, dump, head->descs,
				count * ring->layout.desc_size) ||
	    !memory_window_open(&ring->infos, dump, head->infos,
				count * ring->layout.info_size) ||
	    !memory_window_open(&ring->text, dump, head->data,
				1ull << ring->size_bits))
		return "a part of it is not in the dump";

	ring->id = head->tail_id & ID_MASK;
	ring->left = ((head->head_id - head->tail_id) & ID_MASK) + 1;
	if (ring->left > count)
		return "its first and last record contradict each other";
	ring->text_left = 1ull << ring->size_bits;

	return NULL;
}

static const char *start(struct ring *ring, const struct dump *dump)
{
	const char *vmcoreinfo = dump->notes.vmcoreinfo;
	struct ring_head head;
	uint64_t prb;

	if (!vmcoreinfo)
		return "no VMCOREINFO tells where it is";
	if (!vmcoreinfo_get_hex(vmcoreinfo, "SYMBOL(prb)", &prb) ||
	    !read_layout(vmcoreinfo, &ring->layout))
		return "VMCOREINFO does not describe it";
	if (!memory_read_u64(dump, prb, &prb) ||
	    !read_head(dump, prb, &ring->layout, &head))
		return "it is not in the dump";

	return open_arrays(ring, dump, &head);
}

struct ring *ring_open(const struct dump *dump, const char **problem)
{
	struct ring *ring = allocate(sizeof(*ring));

	*problem = start(ring, dump);
	if (!*problem)
		return ring;
	free(ring);

	return NULL;
}

/* Where a block lies, of which all but the id in front is text */
static bool locate_block(const struct ring *ring, uint64_t begin,
			 uint64_t next, uint64_t *offset, uint64_t *size)
{
	uint64_t mask = (1ull << ring->size_bits) - 1, last = next - 1;

	if (begin >> ring->size_bits == last >> ring->size_bits) {
		*offset = begin & mask;
		*size = next - begin;
	} else if ((begin + mask + 1) >> ring->size_bits ==
		   next >> ring->size_bits) {
		*offset = 0;
		*size = next & mask;
	} else {
		return false;
	}

	return *size >= 8 && *size <= mask + 1 - *offset;
}

/* False: it was overwritten, or never was complete */
static bool read_text(struct ring *ring, uint64_t begin, uint64_t next,
		      struct ring_record *record)
{
	uint64_t offset, size;
	const uint8_t *block;

	if (begin & next & 1) {
		record->length = 0;
		return begin == LPOS_EMPTY && next == LPOS_EMPTY;
	}
	if (!locate_block(ring, begin, next, &offset, &size))
		return false;

	record->length = min_u64(record->length, size - 8);
	block = memory_window_get(&ring->text, offset, 8 + record->length);
	if (!block || get_le64(block) != ring->id)
		return false;
	record->text = (const char *)block + 8;

	return true;
}

static bool read_info(struct ring *ring, uint64_t index,
		      struct ring_record *record)
{
	const struct ring_layout *layout = &ring->layout;
	uint64_t size = layout->info_size, length;
	const uint8_t *info = memory_window_get(&ring->infos, index * size,
						size);

	if (!info ||
	    !get_field(info, size, layout->seq, 8, &record->seq) ||
	    !get_field(info, size, layout->nanoseconds, 8,
		       &record->nanoseconds) ||
	    !get_field(info, size, layout->text_length, 2, &length))
		return false;

	/*
	 * VMCOREINFO does not tell where the level is: it is in the upper bits
	 * of the byte before the caller's id, as long as there is room for
	 * just that and the facility.
	 */
	record->level = -1;
	if (layout->caller == layout->text_length + 4 && layout->caller <= size)
		record->level = info[layout->caller - 1] >> 5;
	record->text = "";
	record->length = length;

	return true;
}

static bool read_record(struct ring *ring, struct ring_record *record)
{
	const struct ring_layout *layout = &ring->layout;
	uint64_t index = ring->id & ((1ull << ring->count_bits) - 1);
	uint64_t size = layout->desc_size, state, begin, next;
	const uint8_t *desc = memory_window_get(&ring->descs, index * size,
						size);

	if (!desc ||
	    !get_field(desc, size, layout->state + layout->counter, 8,
		       &state) ||
	    !get_field(desc, size, layout->block + layout->begin, 8, &begin) ||
	    !get_field(desc, size, layout->block + layout->next, 8, &next))
		return false;
	/* Any other is being written, or is free again. */
	if ((state & ID_MASK) != ring->id ||
	    (state >> STATE_SHIFT != STATE_COMMITTED &&
	     state >> STATE_SHIFT != STATE_FINALIZED))
		return false;

	if (!read_info(ring, index, record) ||
	    !read_text(ring, begin, next, record) ||
	    record->length > ring->text_left) {
		ring->lost++;
		return false;
	}
	/* Blocks do not overlap: the ring has no more text than bytes. */
	ring->text_left -= record->length;

	return true;
}

bool ring_next(struct ring *ring, struct ring_record *record)
{
	bool found = false;

	while (ring->left && !found) {
		found = read_record(ring, record);
		ring->id = (ring->id + 1) & ID_MASK;
		ring->left--;
	}

	return found;
}
