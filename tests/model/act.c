/* SPDX-License-Identifier: MIT */
#include "act.h"

void act_name(int who, uintptr_t start, size_t length)
{
	kernel.named[who][0] = (struct span){ start, start + length };
}

void act_unname(int who)
{
	kernel.named[who][0] = kernel.named[who][1] = (struct span){ 0, 0 };
}

void act_failed(const char *what, long result, int who)
{
	explore_note(what, result, 0);
	if (who < EXPLORE_THREADS && !bed.in_doubt && !bed.in_child)
		explore_fault("a call fails that could not", result, 0);
}

void act_begin(struct pass *pass)
{
	gate_enter(pass);
	settle(&bed.space);
}

void act_end(struct pass *pass)
{
	settle_after(&bed.space);
	gate_leave(pass);
}

struct request act_request(enum kind kind, size_t length)
{
	return (struct request){
		.kind = kind,
		.area = { .kind = kind == KIND_HOST ? AREA_OUTSIDE : AREA_WINDOW },
		.length = length,
		.prot = PROT_READ | PROT_WRITE,
		.flags = MAP_PRIVATE | MAP_ANONYMOUS,
		.fd = -1,
	};
}

long act_map(struct request *request)
{
	struct pass pass;
	long result;

	act_begin(&pass);
	result = map_request(&bed.space, request);
	act_end(&pass);
	return result;
}

void script_map(int who, enum kind kind, size_t length)
{
	struct request request = act_request(kind, length);
	long result = act_map(&request);

	if (sys_failed(result))
		act_failed("no memory", result, who);
	else
		bed_add(who, kind, (uintptr_t)result, length);
}

void act_unmap(int who, struct region *region)
{
	struct region gone = *region;
	struct pass pass;
	long result;

	if (gone.length == 0)
		return;
	bed_visit(&gone);
	act_name(who, gone.start, gone.length);
	region->length = 0;
	act_begin(&pass);
	result = unmap(&bed.space, gone.start, gone.length);
	act_end(&pass);
	act_unname(who);
	if (result)
		act_failed("not unmapped", result, who);
}

void act_replace(int who, struct region *region)
{
	struct request request = act_request(region->kind, region->length);
	long result;

	if (region->length == 0)
		return;
	bed_visit(region);
	request.address = region->start;
	request.flags |= MAP_FIXED;
	act_name(who, region->start, region->length);
	result = act_map(&request);
	act_unname(who);
	if (result == (long)region->start)
		bed_write(region, who);
	else
		act_failed("not replaced", result, who);
}

long act_alone(long (*act)(struct space *, uintptr_t, uintptr_t), uintptr_t start, uintptr_t end)
{
	uint64_t mask = mask_block();
	long result = 0;

	while (bed.shifting)
		explore_yield();
	bed.shifting = true;
	if (gate_close()) {
		settle(&bed.space);
		result = -EAGAIN;
		if (lock_table_patiently(&bed.space)) {
			unlock_table(&bed.space);
			result = act(&bed.space, start, end);
		}
		gate_open();
	}
	bed.shifting = false;
	mask_restore(mask);
	return result;
}
