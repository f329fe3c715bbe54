using System.Text;

namespace QwenCode.Plugin.Shell.Sandboxing;

/// <summary>
/// The filter of system calls for commands in a sandbox. No namespace surrounds the kernel's keyrings: a command could read the keys of the
/// session and leave some there. With the filter a kernel seems to have none.
/// </summary>
internal static class SystemCallFilter
{
    private const ushort Load = 0x20;           // BPF_LD | BPF_W | BPF_ABS
    private const ushort And = 0x54;            // BPF_ALU | BPF_AND | BPF_K
    private const ushort IfEqual = 0x15;        // BPF_JMP | BPF_JEQ | BPF_K
    private const ushort IfAtLeast = 0x35;      // BPF_JMP | BPF_JGE | BPF_K
    private const ushort IfAbove = 0x25;        // BPF_JMP | BPF_JGT | BPF_K
    private const ushort Return = 0x06;         // BPF_RET | BPF_K
    private const uint Number = 0;              // seccomp_data.nr
    private const uint Architecture = 4;        // seccomp_data.arch
    private const uint Allow = 0x7fff0000;
    private const uint NotThere = 0x00050000 | 38;   // SECCOMP_RET_ERRNO with ENOSYS
    private const uint WithoutX32 = ~0x40000000u;

    // Of each architecture the first of add_key, request_key and keyctl, which follow each other everywhere.
    private static readonly (uint Architecture, uint First)[] Calls =
    [
        (0xc000003e, 248),   // x86-64, and x32, whose numbers have one more bit
        (0x40000003, 286),   // x86
        (0xc00000b7, 217),   // arm64
        (0x40000028, 309),   // arm
        (0xc00000f3, 217),   // riscv64
        (0xc0000102, 217),   // loongarch64
        (0x80000016, 278),   // s390x
        (0xc0000015, 269),   // ppc64le
    ];

    /// <summary>Gets the program for the kernel as <c>printf</c> of the shell writes it.</summary>
    public static string Escaped { get; } = Escape();

    private static string Escape()
    {
        var text = new StringBuilder();
        Add(Load, Architecture);
        foreach (var (architecture, first) in Calls)
        {
            Add(IfEqual, architecture, otherwise: 6);
            Add(Load, Number);
            Add(And, WithoutX32);
            Add(IfAtLeast, first, otherwise: 1);
            Add(IfAbove, first + 2, otherwise: 1);
            Add(Return, Allow);
            Add(Return, NotThere);
        }

        Add(Return, Allow);
        return text.ToString();

        void Add(ushort code, uint value, byte otherwise = 0)
        {
            // struct sock_filter, in the order of the machine: the code, two jumps, the value.
            byte[] instruction = [.. BitConverter.GetBytes(code), 0, otherwise, .. BitConverter.GetBytes(value)];
            foreach (var part in instruction)
            {
                text.Append('\\').Append(Convert.ToString(part, toBase: 8).PadLeft(3, '0'));
            }
        }
    }
}
