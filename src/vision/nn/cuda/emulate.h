// Lets a C++ compiler build kernels.cu for the CPU, so that the kernels' arithmetic, and the
// argument lists that `launch.rs` makes for them, are tested on machines without a GPU. Threads of a
// block take turns, switching where they would wait for each other (emulate.cpp). Says nothing about
// speed, nor about races between waiting points.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>

#define KERNEL static void
#define __device__
#define __forceinline__ inline
#define __shared__ static
using std::max;
using std::min;

struct Index { unsigned x, y; };
extern Index blockIdx, threadIdx, blockDim;
void __syncthreads();

inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline long long __double_as_longlong(double value) {
    long long bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}
