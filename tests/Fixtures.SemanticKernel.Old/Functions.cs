namespace Microsoft.SemanticKernel;

[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelFunctionAttribute(string? name = null) : Attribute
{
    public string? Name { get; } = name;
}

public abstract class KernelFunction;

public sealed class KernelArguments;

public sealed class Kernel;
