/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of the kernel as qcom_minidump_bank.c and qcom_minidump_table.c need,
 * for the host. Every header that they include leads here; the Makefile sees to
 * that. What another CPU, or the memory behind the caches, could tell from the
 * outside is reported to the machine they run on, which is machine.c.
 */
#ifndef PROOF_KERNEL_H
#define PROOF_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;
typedef int32_t s32;
typedef u16 __le16;
typedef u32 __le32;
typedef u64 __le64;
typedef u64 phys_addr_t;
typedef u64 dma_addr_t;
typedef int pid_t;
typedef unsigned int gfp_t;

/* The compiler's, but for <linux/stddef.h> and the like */
#define ALIGN(x, a)		(((x) + (a) - 1) / (a) * (a))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define max_t(type, a, b)	((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define static_assert(expression, ...) _Static_assert(expression, #expression)
#define BUILD_BUG_ON(condition)	_Static_assert(!(condition), #condition)
#define sizeof_field(type, member) sizeof(((type *)NULL)->member)
#define struct_size(p, member, n) (sizeof(*(p)) + sizeof((p)->member[0]) * (n))
#define container_of(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))
#define swap(a, b) do { typeof(a) swap_ = (a); (a) = (b); (b) = swap_; } while (0)
#define likely(x)		(x)
#define unlikely(x)		(x)
#define WARN_ON(x)		(x)
#define WARN_ON_ONCE(x)		(x)
/* Of the one option that the tables ask for */
#define IS_ENABLED(option)	1
#define __rcu
#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#define noinline		__attribute__((noinline))

#define cpu_to_le16(x)		((__le16)(x))
#define cpu_to_le32(x)		((__le32)(x))
#define cpu_to_le64(x)		((__le64)(x))
#define le32_to_cpu(x)		((u32)(x))
#define le64_to_cpu(x)		((u64)(x))

#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile typeof(x) *)&(x) = (value))
#define barrier()		__asm__ volatile("" ::: "memory")

/* Both of memory, and of memory as other CPUs see it; machine.c */
void proof_wmb(void);
void proof_smp_mb(void);
void proof_release(void);

#define wmb()			proof_wmb()
#define dma_wmb()		proof_wmb()
#define mb()			proof_wmb()
#define smp_wmb()		proof_smp_mb()
#define smp_rmb()		barrier()
#define smp_mb()		proof_smp_mb()
#define smp_mb__before_atomic()	proof_smp_mb()
#define smp_mb__after_atomic()	proof_smp_mb()
#define smp_store_release(p, value) do { proof_release(); WRITE_ONCE(*(p), value); } while (0)
#define smp_load_acquire(p)	READ_ONCE(*(p))

typedef struct { int counter; } atomic_t;

#define ATOMIC_INIT(value)	{ (value) }
#define atomic_read(v)		READ_ONCE((v)->counter)
#define atomic_read_acquire(v)	READ_ONCE((v)->counter)
#define atomic_inc(v)		((void)__atomic_fetch_add(&(v)->counter, 1, __ATOMIC_RELAXED))
#define atomic_dec(v)		((void)__atomic_fetch_sub(&(v)->counter, 1, __ATOMIC_RELAXED))

/* Memory that firmware may read, memory that it may not; machine.c */
struct device;

#define GFP_KERNEL		0u
#define __GFP_ZERO		1u

void *alloc_pages_exact(size_t size, gfp_t flags);
void free_pages_exact(void *memory, size_t size);
phys_addr_t virt_to_phys(const volatile void *memory);
void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t flags);
void dma_free_coherent(struct device *dev, size_t size, void *memory, dma_addr_t handle);
void *kzalloc(size_t size, gfp_t flags);
void kfree(const void *memory);

#define PAGE_SIZE		4096ul
#define num_possible_cpus()	3u
#define is_vmalloc_addr(memory)	((void)(memory), false)
#define vmalloc_to_page(memory)	(memory)
#define page_to_phys(page)	virt_to_phys(page)
#define dev_err(dev, ...)	((void)(dev))
#define kzalloc_flex(object, member, n, ...) \
	((typeof(object) *)kzalloc(sizeof(object) + sizeof((object).member[0]) * (n), GFP_KERNEL))

/* CPUs that wait for each other; machine.c */
void proof_preempt(int change);
void rcu_read_lock(void);
void rcu_read_unlock(void);
void synchronize_rcu(void);
void cpu_relax(void);

#define preempt_disable()	proof_preempt(1)
#define preempt_enable()	proof_preempt(-1)
#define rcu_dereference(p)	READ_ONCE(p)
#define rcu_access_pointer(p)	READ_ONCE(p)
#define rcu_dereference_protected(p, condition) (p)
#define rcu_assign_pointer(p, value) do { proof_release(); WRITE_ONCE(p, value); } while (0)
#define RCU_INIT_POINTER(p, value) WRITE_ONCE(p, value)

#define ENOMEM			12
#define ENOSPC			28
#define ENXIO			6
#define ERR_PTR(error)		((void *)(long)(error))
#define PTR_ERR(p)		((long)(p))
#define IS_ERR(p)		((unsigned long)(p) >= -4095ul)

/* memory.c, byte by byte */
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

/* arm64's elf.h */
struct elf64_hdr {
	u8 e_ident[16];
	u16 e_type, e_machine;
	u32 e_version;
	u64 e_entry, e_phoff, e_shoff;
	u32 e_flags;
	u16 e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx;
};

struct elf64_phdr {
	u32 p_type, p_flags;
	u64 p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align;
};

struct elf64_shdr {
	u32 sh_name, sh_type;
	u64 sh_flags, sh_addr, sh_offset, sh_size;
	u32 sh_link, sh_info;
	u64 sh_addralign, sh_entsize;
};

struct elf64_note {
	u32 n_namesz, n_descsz, n_type;
};

typedef u64 elf_gregset_t[34];

struct elf_prstatus {
	struct {
		s32 pr_info[3];
		u16 pr_cursig;
		u64 pr_sigpend, pr_sighold;
		pid_t pr_pid, pr_ppid, pr_pgrp, pr_sid;
		u64 times[8];
	} common;
	elf_gregset_t pr_reg;
	int pr_fpvalid;
};

enum { EI_MAG0, EI_MAG1, EI_MAG2, EI_MAG3, EI_CLASS, EI_DATA, EI_VERSION, EI_OSABI };

#define ELFMAG0		0x7f
#define ELFMAG1		'E'
#define ELFMAG2		'L'
#define ELFMAG3		'F'
#define ELFCLASS64	2
#define ELF_DATA	1
#define EV_CURRENT	1
#define ELF_OSABI	0
#define ET_CORE		4
#define ELF_ARCH	183
#define PT_LOAD		1
#define PT_NOTE		4
#define PF_R		4
#define PF_W		2
#define SHT_PROGBITS	1
#define SHT_STRTAB	3
#define SHF_WRITE	1
#define SHF_ALLOC	2
#define NT_PRSTATUS	1

#endif /* PROOF_KERNEL_H */
