using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Tokens;

namespace QwenCode.Plugin.FileSystem.Pdf;

/// <summary>The library's filters within a budget.</summary>
internal sealed class BoundedFilters(PdfBudget budget) : IFilterProvider
{
    private readonly IFilterProvider _all = DefaultFilterProvider.Instance;

    public IReadOnlyList<IFilter> GetFilters(DictionaryToken dictionary) => Bound(_all.GetFilters(dictionary));

    public IReadOnlyList<IFilter> GetNamedFilters(IReadOnlyList<NameToken> names) => Bound(_all.GetNamedFilters(names));

    public IReadOnlyList<IFilter> GetAllFilters() => Bound(_all.GetAllFilters());

    private IReadOnlyList<IFilter> Bound(IReadOnlyList<IFilter> filters) =>
        [.. filters.Select(filter => new BoundedFilter(filter, budget))];

    private sealed class BoundedFilter(IFilter inner, PdfBudget budget) : IFilter
    {
        public bool IsSupported => inner.IsSupported;

        public Memory<byte> Decode(Memory<byte> input, DictionaryToken streamDictionary, IFilterProvider filterProvider, int filterIndex)
        {
            if (streamDictionary.TryGet(NameToken.Type, out NameToken type) && type == NameToken.ObjStm
                && streamDictionary.TryGet(NameToken.N, out NumericToken count))
            {
                budget.TakeObjects(count.Int);
            }

            switch (inner)
            {
                case FlateFilter:
                    budget.TakeCompressed(input);
                    break;
                case LzwFilter or RunLengthFilter:
                    PdfBudget.TakeUnmeasured(input.Length);
                    break;
            }

            return inner.Decode(input, streamDictionary, filterProvider, filterIndex);
        }
    }
}
