// Runs the kernels of kernels.cu on the CPU: see emulate.h. Built and called by emulate.rs.
#include "kernels.cu"

#include <csetjmp>
#include <cstddef>
#include <cstring>
#include <deque>
#include <ucontext.h>
#include <utility>
#include <vector>

Index blockIdx, threadIdx, blockDim;

struct Launch {
    void (*call)(void** arguments);
    void** arguments;
};
static Launch current;

// Each thread of a block is a coroutine with a stack of its own, kept for the next block;
// `__syncthreads` hands over to the next one. Entered once by setcontext; from then on they switch
// by _longjmp, which, unlike swapcontext, makes no system call.
struct Thread {
    ucontext_t entry;
    std::jmp_buf resume;
    std::vector<char> stack = std::vector<char>(64 << 10);
    bool entered = false;
};
static std::jmp_buf scheduler;
static std::deque<Thread> threads;
static unsigned waiting;

static void hand_over() {
    if (_setjmp(threads[threadIdx.x].resume) == 0) _longjmp(scheduler, 1);
}

void __syncthreads() {
    waiting++;
    hand_over();
}

static void thread() {
    for (;;) {
        current.call(current.arguments);
        hand_over();
    }
}

static void resume(Thread& next) {
    if (_setjmp(scheduler) != 0) return;
    if (next.entered) _longjmp(next.resume, 1);
    next.entered = true;
    getcontext(&next.entry);
    next.entry.uc_stack.ss_sp = next.stack.data();
    next.entry.uc_stack.ss_size = next.stack.size();
    next.entry.uc_link = nullptr;
    makecontext(&next.entry, thread, 0);
    setcontext(&next.entry);
}

// Arguments come as cuLaunchKernel takes them: one pointer each to its value.
template <auto KERNEL_FUNCTION, class... A>
static void unpack(void (*)(A...), void** arguments) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        KERNEL_FUNCTION(*static_cast<A*>(arguments[I])...);
    }(std::index_sequence_for<A...>{});
}
template <auto KERNEL_FUNCTION>
static void call(void** arguments) { unpack<KERNEL_FUNCTION>(KERNEL_FUNCTION, arguments); }
template <class... A>
static int count(void (*)(A...)) { return sizeof...(A); }

struct Kernel {
    const char* name;
    void (*call)(void**);
    int arguments;
    bool waits; // has __syncthreads
};
#define ENTRY(NAME, WAITS) { #NAME, call<NAME>, count(NAME), WAITS }
static const Kernel kernels[] = {
    ENTRY(pointwise_64, true), ENTRY(pointwise_16, true), ENTRY(conv_64, true), ENTRY(conv_16, true),
    ENTRY(depthwise, false), ENTRY(pool, false), ENTRY(upsample, false), ENTRY(add, false),
    ENTRY(activation, false), ENTRY(copy, false), ENTRY(mean, false), ENTRY(sigmoid, false),
    ENTRY(crop, false),
};

// Runs one block whose threads wait for each other. False if some waited and others had ended.
static bool block_with_waits() {
    while (threads.size() < blockDim.x) threads.emplace_back();
    do {
        waiting = 0;
        for (threadIdx.x = 0; threadIdx.x < blockDim.x; threadIdx.x++) resume(threads[threadIdx.x]);
        if (waiting != 0 && waiting != blockDim.x) return false;
    } while (waiting != 0);
    return true;
}

// 0, or: 1 unknown kernel, 2 another number of arguments, 3 threads that wait for ended ones.
extern "C" int emulate(
    const char* name, unsigned grid_x, unsigned grid_y, unsigned block, void** arguments, int count) {
    for (const Kernel& kernel : kernels) {
        if (std::strcmp(kernel.name, name) != 0) continue;
        if (kernel.arguments != count) return 2;
        current = {kernel.call, arguments};
        blockDim = {block, 1};
        for (blockIdx.y = 0; blockIdx.y < grid_y; blockIdx.y++) {
            for (blockIdx.x = 0; blockIdx.x < grid_x; blockIdx.x++) {
                if (kernel.waits) {
                    if (!block_with_waits()) return 3;
                } else {
                    for (threadIdx.x = 0; threadIdx.x < block; threadIdx.x++) kernel.call(arguments);
                }
            }
        }
        return 0;
    }
    return 1;
}
