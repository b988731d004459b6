// The networks' layers on an NVIDIA GPU. Pictures are NHWC, float32, batch 1; weights lie as
// `launch.rs` packs them, and the argument lists here and there must match (the tests of this folder
// run both together, on the CPU, through emulate.cpp).
//
// Every product is ours as well, so that bias, sum and activation cost no second pass over memory
// and nothing but the driver is needed at run time, no cuBLAS. Plain float32 throughout: the GPU is
// to agree with the CPU.
//
// Must not: assume that a size is a multiple of anything, or that a pointer is aligned beyond a float.

#ifdef __CUDACC__
#define KERNEL extern "C" __global__ void
#else
#include "emulate.h"
#endif

// What `adds` and `act` mean is what `layer.rs` says: the sum with what is in the destination comes
// before the activation.
enum Act { NONE = 0, CLAMP = 1, PRELU = 2 };

__device__ __forceinline__ float activate(float x, int act, float max, float alpha) {
    if (act == CLAMP) return fminf(fmaxf(x, 0.0f), max);
    if (act == PRELU) return fmaxf(x, 0.0f) + alpha * fminf(x, 0.0f);
    return x;
}

// Which value of an elementwise kernel this thread computes.
__device__ __forceinline__ int index_of_thread() { return blockIdx.x * blockDim.x + threadIdx.x; }

// ---- products -------------------------------------------------------------------------------

// The left side of a 1x1 convolution: rows of pixels, as they lie.
struct Rows {
    const float* source;
    int k;
    __device__ __forceinline__ float operator()(int row, int at) const { return source[row * k + at]; }
};

// The left side of any other dense convolution: row r is the window of output pixel r, element
// `at` of it is (y, x, channel) in that order. Outside the picture is zero.
struct Windows {
    const float* source;
    int in_h, in_w, c, out_w, kw, stride_h, stride_w, pad_top, pad_left;
    __device__ __forceinline__ float operator()(int row, int at) const {
        int channel = at % c, x = at / c % kw, y = at / c / kw;
        int in_y = row / out_w * stride_h + y - pad_top;
        int in_x = row % out_w * stride_w + x - pad_left;
        bool inside = in_y >= 0 && in_y < in_h && in_x >= 0 && in_x < in_w;
        return inside ? source[(in_y * in_w + in_x) * c + channel] : 0.0f;
    }
};

// destination[rows][n] = act(left[rows][k] * weights[k][n] + bias (+ destination)).
//
// A block of 16 x 16 threads computes a tile of TILE x TILE results, PER x PER a thread, with STEP
// columns of the left side in shared memory at a time. Block x is the tile's row, block y its column.
template <int TILE, int PER, int STEP, class Left>
__device__ __forceinline__ void product(
    Left left, float* destination, const float* weights, const float* bias, const float* alpha,
    int rows, int k, int n, int act, float max, int adds) {
    // One column more, so that the threads of a warp write to different banks.
    __shared__ float a[STEP][TILE + 1];
    __shared__ float b[STEP][TILE];
    const int tx = threadIdx.x % 16, ty = threadIdx.x / 16;
    const int row0 = blockIdx.x * TILE, col0 = blockIdx.y * TILE;
    float sum[PER][PER] = {};
    for (int k0 = 0; k0 < k; k0 += STEP) {
        for (int i = threadIdx.x; i < TILE * STEP; i += 256) {
            int row = i / STEP, at = i % STEP;
            bool inside = row0 + row < rows && k0 + at < k;
            a[at][row] = inside ? left(row0 + row, k0 + at) : 0.0f;
        }
        for (int i = threadIdx.x; i < STEP * TILE; i += 256) {
            int at = i / TILE, col = i % TILE;
            bool inside = k0 + at < k && col0 + col < n;
            b[at][col] = inside ? weights[(k0 + at) * n + col0 + col] : 0.0f;
        }
        __syncthreads();
#pragma unroll
        for (int at = 0; at < STEP; at++) {
            float x[PER], y[PER];
#pragma unroll
            for (int i = 0; i < PER; i++) {
                x[i] = a[at][ty + 16 * i];
                y[i] = b[at][tx + 16 * i];
            }
#pragma unroll
            for (int i = 0; i < PER; i++)
#pragma unroll
                for (int j = 0; j < PER; j++) sum[i][j] += x[i] * y[j];
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < PER; i++) {
#pragma unroll
        for (int j = 0; j < PER; j++) {
            int row = row0 + ty + 16 * i, col = col0 + tx + 16 * j;
            if (row >= rows || col >= n) continue;
            int at = row * n + col;
            float value = sum[i][j] + bias[col];
            if (adds) value += destination[at];
            destination[at] = activate(value, act, max, act == PRELU ? alpha[col] : 0.0f);
        }
    }
}

// Large tiles reuse more of what they load; small ones fill the GPU when the picture is small.
#define PRODUCTS(SIZE, PER, STEP)                                                                  \
    KERNEL pointwise_##SIZE(                                                                       \
        const float* source, float* destination, const float* weights, const float* bias,          \
        const float* alpha, int rows, int k, int n, int act, float max, int adds) {                \
        product<SIZE, PER, STEP>(                                                                  \
            Rows{source, k}, destination, weights, bias, alpha, rows, k, n, act, max, adds);       \
    }                                                                                              \
    KERNEL conv_##SIZE(                                                                            \
        const float* source, float* destination, const float* weights, const float* bias,          \
        const float* alpha, int rows, int k, int n, int act, float max, int adds, int in_h,        \
        int in_w, int c, int out_w, int kw, int stride_h, int stride_w, int pad_top,               \
        int pad_left) {                                                                            \
        Windows left{source, in_h, in_w, c, out_w, kw, stride_h, stride_w, pad_top, pad_left};     \
        product<SIZE, PER, STEP>(                                                                  \
            left, destination, weights, bias, alpha, rows, k, n, act, max, adds);                  \
    }

PRODUCTS(64, 4, 16)
PRODUCTS(16, 1, 32)

// ---- windows --------------------------------------------------------------------------------

// One filter a channel; weights are [kh][kw][c]. One thread a result: neighbours in a warp are
// neighbouring channels, so that every load is of consecutive values.
KERNEL depthwise(
    const float* source, float* destination, const float* weights, const float* bias, int len,
    int act, float max, int in_h, int in_w, int c, int out_w, int kh, int kw, int stride_h,
    int stride_w, int pad_top, int pad_left) {
    int i = index_of_thread();
    if (i >= len) return;
    int channel = i % c, x = i / c % out_w, y = i / c / out_w;
    float sum = bias[channel];
    for (int ky = 0; ky < kh; ky++) {
        int in_y = y * stride_h + ky - pad_top;
        if (in_y < 0 || in_y >= in_h) continue;
        for (int kx = 0; kx < kw; kx++) {
            int in_x = x * stride_w + kx - pad_left;
            if (in_x < 0 || in_x >= in_w) continue;
            sum += source[(in_y * in_w + in_x) * c + channel] * weights[(ky * kw + kx) * c + channel];
        }
    }
    destination[i] = activate(sum, act, max, 0.0f);
}

// Maximum over the part of the window that lies in the picture; channels from `c` on are zero.
KERNEL pool(
    const float* source, float* destination, const float* alpha, int len, int out_c, int act,
    float max, int in_h, int in_w, int c, int out_w, int kh, int kw, int stride_h,
    int stride_w, int pad_top, int pad_left) {
    int i = index_of_thread();
    if (i >= len) return;
    int channel = i % out_c, x = i / out_c % out_w, y = i / out_c / out_w;
    float value = 0.0f;
    if (channel < c) {
        value = -INFINITY;
        for (int ky = 0; ky < kh; ky++) {
            int in_y = y * stride_h + ky - pad_top;
            if (in_y < 0 || in_y >= in_h) continue;
            for (int kx = 0; kx < kw; kx++) {
                int in_x = x * stride_w + kx - pad_left;
                if (in_x < 0 || in_x >= in_w) continue;
                value = fmaxf(value, source[(in_y * in_w + in_x) * c + channel]);
            }
        }
    }
    destination[i] = activate(value, act, max, act == PRELU ? alpha[channel] : 0.0f);
}

// Twice as high and wide, bilinear with half-pixel centres: each result lies a quarter of a pixel
// from its nearer source row and column. Here the sum comes after the activation.
KERNEL upsample(
    const float* source, float* destination, const float* alpha, int len, int in_h, int in_w, int c,
    int act, float max, int adds) {
    int i = index_of_thread();
    if (i >= len) return;
    int channel = i % c, x = i / c % (2 * in_w), y = i / c / (2 * in_w);
    int near_y = y / 2, near_x = x / 2;
    int far_y = y % 2 ? min(near_y + 1, in_h - 1) : (near_y > 0 ? near_y - 1 : 0);
    int far_x = x % 2 ? min(near_x + 1, in_w - 1) : (near_x > 0 ? near_x - 1 : 0);
    const float* at = source + channel;
    float upper = 0.75f * at[(near_y * in_w + near_x) * c] + 0.25f * at[(near_y * in_w + far_x) * c];
    float lower = 0.75f * at[(far_y * in_w + near_x) * c] + 0.25f * at[(far_y * in_w + far_x) * c];
    float value = activate(0.75f * upper + 0.25f * lower, act, max, act == PRELU ? alpha[channel] : 0.0f);
    destination[i] = adds ? value + destination[i] : value;
}

// ---- elementwise ----------------------------------------------------------------------------

// destination = act(source + destination)
KERNEL add(
    const float* source, float* destination, const float* alpha, int len, int c, int act, float max) {
    int i = index_of_thread();
    if (i >= len) return;
    float value = source[i] + destination[i];
    destination[i] = activate(value, act, max, act == PRELU ? alpha[i % c] : 0.0f);
}

// destination = act(destination)
KERNEL activation(float* destination, const float* alpha, int len, int c, int act, float max) {
    int i = index_of_thread();
    if (i >= len) return;
    destination[i] = activate(destination[i], act, max, act == PRELU ? alpha[i % c] : 0.0f);
}

// Rows of `len` values to places `pitch` apart, from `offset` on.
KERNEL copy(const float* source, float* destination, int total, int len, int pitch, int offset) {
    int i = index_of_thread();
    if (i >= total) return;
    destination[offset + i / len * pitch + i % len] = source[i];
}

// Mean over the pixels, one thread a channel.
KERNEL mean(const float* source, float* destination, int pixels, int c) {
    int channel = index_of_thread();
    if (channel >= c) return;
    float sum = 0.0f;
    for (int pixel = 0; pixel < pixels; pixel++) sum += source[pixel * c + channel];
    destination[channel] = sum / pixels;
}

KERNEL sigmoid(float* destination, int len) {
    int i = index_of_thread();
    if (i < len) destination[i] = 1.0f / (1.0f + expf(-destination[i]));
}

// ---- the picture ----------------------------------------------------------------------------

// One colour of one pixel; outside the picture the nearest pixel of the edge, or black.
__device__ __forceinline__ int colour(
    const unsigned char* picture, int x, int y, int channel, int width, int height, int replicate) {
    bool outside = x < 0 || y < 0 || x >= width || y >= height;
    if (outside && !replicate) return 0;
    x = min(max(x, 0), width - 1);
    y = min(max(y, 0), height - 1);
    return picture[(y * width + x) * 3 + channel];
}

// A position in 1/32 pixels: start + row * per_row + column * per_column, rounded to a whole number,
// ties to even. Each operation is rounded by itself, as on the CPU, so that the crops are the same to
// the bit; adding 1.5 * 2^52 leaves the whole number in the low bits.
__device__ __forceinline__ int position(double start, double per_row, double per_column, int row, int column) {
    double at = __dadd_rn(__dadd_rn(start, __dmul_rn(row, per_row)), __dmul_rn(column, per_column));
    return (int)__double_as_longlong(__dadd_rn(at, 6755399441055744.0));
}

// A turned square of an RGB picture of bytes becomes a network's input, 0..1: what `vision/hand/crop.rs`
// says, one thread a pixel.
KERNEL crop(
    const unsigned char* picture, float* destination, int side, int width, int height, int replicate,
    double x0, double y0, double x_column, double y_column, double x_row, double y_row) {
    int i = index_of_thread();
    if (i >= side * side) return;
    int column = i % side, row = i / side;
    int x = position(x0, x_row, x_column, row, column);
    int y = position(y0, y_row, y_column, row, column);
    int left = x >> 5, top = y >> 5, fx = x & 31, fy = y & 31;
    for (int channel = 0; channel < 3; channel++) {
        int upper = colour(picture, left, top, channel, width, height, replicate) * (32 - fx)
            + colour(picture, left + 1, top, channel, width, height, replicate) * fx;
        int lower = colour(picture, left, top + 1, channel, width, height, replicate) * (32 - fx)
            + colour(picture, left + 1, top + 1, channel, width, height, replicate) * fx;
        int value = (upper * (32 - fy) + lower * fy + 512) >> 10;
        destination[i * 3 + channel] = (float)value * (1.0f / 255.0f);
    }
}
