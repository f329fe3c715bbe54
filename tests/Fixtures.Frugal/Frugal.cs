using DiffPlex;
using QwenCode.Plugins;

namespace Fixtures.Frugal;

public static class Frugal
{
    [Tool("differences")]
    public static int Differences(string one, string other) =>
        new Differ().CreateLineDiffs(one, other, ignoreWhitespace: false).DiffBlocks.Count;
}
