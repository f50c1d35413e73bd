/* SPDX-License-Identifier: MIT */
/* Where the model finds the library: all of its paths are here. */
#ifndef VALIMIT_TESTS_MODEL_LIBRARY_H
#define VALIMIT_TESTS_MODEL_LIBRARY_H

#include "core/table.h"
#include "core/tree.h"
#include "core/window.h"
#include "edge/gate.h"
#include "kernel/area.h"
#include "kernel/direct.h"
#include "kernel/fence.h"
#include "kernel/fence_hole.h"
#include "kernel/lock.h"
#include "kernel/map.h"
#include "kernel/mask.h"
#include "kernel/move.h"
#include "kernel/settle.h"
#include "kernel/shift.h"
#include "kernel/space.h"
#include "kernel/sync.h"
#include "kernel/sys.h"
#include "kernel/unmap.h"

#endif
