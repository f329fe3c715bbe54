using Microsoft.SemanticKernel;

namespace Fixtures.Faulty;

/// <summary>Each class goes wrong in one way, but for the last.</summary>
public sealed class Unmakeable
{
    public Unmakeable() => throw new InvalidOperationException("no such luck");

    [KernelFunction]
    public string Never() => "made";
}

public sealed class Needy(IFormatProvider provider)
{
    [KernelFunction]
    public string Ask() => provider.ToString()!;
}

public sealed class Circular(Circular other)
{
    [KernelFunction]
    public string Turn() => other.ToString()!;
}

public sealed class Refused
{
    [KernelFunction]
    public static string Generic<T>(T value) => value!.ToString()!;
}

public static class Static
{
    [KernelFunction]
    public static string Alone() => "alone";
}

public sealed class Badly
{
    [KernelFunction("bad name!")]
    public static string Named() => "named";
}

public abstract class Template
{
    [KernelFunction]
    public string Fill() => $"filled by {GetType().Name}";
}

public sealed class Filled : Template;

public sealed class Fine
{
    [KernelFunction]
    public static string Work() => "works";
}
