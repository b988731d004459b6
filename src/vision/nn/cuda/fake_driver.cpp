// A stand-in for NVIDIA's driver that runs our kernels on the CPU (emulate.cpp): with this as
// libcuda.so.1, the real CUDA build runs on a machine without a GPU, through candle, cudarc and the
// lazily loaded libraries. `make test-cuda-host` does that. It knows the functions that Dixi needs
// and no more; "device" memory is the CPU's.
#include "emulate.cpp"

#include <cstdlib>
#include <string>

using Result = int;
using Address = unsigned long long;
enum { OK = 0, INVALID_VALUE = 1, NOT_FOUND = 500, LAUNCH_FAILED = 719 };

static int context, stream, module;
struct Function { std::string name; };

#define API extern "C" __attribute__((visibility("default"))) Result

API cuInit(unsigned) { return OK; }
API cuDriverGetVersion(int* version) { *version = 13000; return OK; }
API cuDeviceGetCount(int* count) { *count = 1; return OK; }
API cuDeviceGet(int* device, int) { *device = 0; return OK; }
API cuDeviceGetName(char* name, int len, int) { std::strncpy(name, "emulated by the CPU", len); return OK; }
API cuDeviceGetAttribute(int* value, int, int) { *value = 0; return OK; }
API cuDeviceTotalMem_v2(std::size_t* bytes, int) { *bytes = 1ull << 30; return OK; }
API cuDevicePrimaryCtxRetain(void** out, int) { *out = &context; return OK; }
API cuDevicePrimaryCtxRelease_v2(int) { return OK; }
API cuCtxSetCurrent(void*) { return OK; }
API cuCtxGetCurrent(void** out) { *out = &context; return OK; }
API cuCtxSynchronize() { return OK; }
API cuStreamCreate(void** out, unsigned) { *out = &stream; return OK; }
API cuStreamDestroy_v2(void*) { return OK; }
API cuStreamSynchronize(void*) { return OK; }
API cuStreamIsCapturing(void*, int* status) { *status = 0; return OK; }
API cuEventCreate(void** out, unsigned) { *out = &stream; return OK; }
API cuEventDestroy_v2(void*) { return OK; }
API cuEventRecord(void*, void*) { return OK; }
API cuEventSynchronize(void*) { return OK; }
API cuStreamWaitEvent(void*, void*, unsigned) { return OK; }

API cuMemAlloc_v2(Address* out, std::size_t bytes) {
    *out = reinterpret_cast<Address>(std::aligned_alloc(256, (bytes + 255) / 256 * 256));
    return OK;
}
API cuMemFree_v2(Address at) { std::free(reinterpret_cast<void*>(at)); return OK; }
API cuMemAllocAsync(Address* out, std::size_t bytes, void*) { return cuMemAlloc_v2(out, bytes); }
API cuMemFreeAsync(Address at, void*) { return cuMemFree_v2(at); }
API cuMemsetD8Async(Address at, unsigned char value, std::size_t bytes, void*) {
    std::memset(reinterpret_cast<void*>(at), value, bytes);
    return OK;
}
static Result copy_bytes(void* to, const void* from, std::size_t bytes) {
    std::memmove(to, from, bytes);
    return OK;
}
API cuMemcpyHtoDAsync_v2(Address to, const void* from, std::size_t bytes, void*) {
    return copy_bytes(reinterpret_cast<void*>(to), from, bytes);
}
API cuMemcpyDtoHAsync_v2(void* to, Address from, std::size_t bytes, void*) {
    return copy_bytes(to, reinterpret_cast<void*>(from), bytes);
}
API cuMemcpyDtoDAsync_v2(Address to, Address from, std::size_t bytes, void*) {
    return copy_bytes(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes);
}

// The module must be our PTX, made for the oldest GPU that we promise.
API cuModuleLoadData(void** out, const void* image) {
    if (!std::strstr(static_cast<const char*>(image), ".target sm_75")) return INVALID_VALUE;
    *out = &module;
    return OK;
}
API cuModuleUnload(void*) { return OK; }
API cuModuleGetFunction(void** out, void*, const char* name) {
    for (const Kernel& kernel : kernels) {
        if (std::strcmp(kernel.name, name) == 0) {
            *out = new Function{name};
            return OK;
        }
    }
    return NOT_FOUND;
}
API cuLaunchKernel(
    void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
    unsigned block_y, unsigned block_z, unsigned, void*, void** arguments, void**) {
    if (grid_z != 1 || block_y != 1 || block_z != 1) return INVALID_VALUE;
    const char* name = static_cast<Function*>(function)->name.c_str();
    for (const Kernel& kernel : kernels)
        if (std::strcmp(kernel.name, name) == 0)
            return emulate(name, grid_x, grid_y, block_x, arguments, kernel.arguments) ? LAUNCH_FAILED : OK;
    return NOT_FOUND;
}
