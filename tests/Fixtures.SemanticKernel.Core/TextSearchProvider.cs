namespace Microsoft.SemanticKernel.Data;

public interface ITextSearch;

/// <summary>The library marks a class of its own, which is no plugin of anybody's folder.</summary>
public sealed class TextSearchProvider(ITextSearch textSearch)
{
    [KernelFunction]
    public string Search() => textSearch.ToString()!;
}
