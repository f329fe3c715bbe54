using Fixtures.Seeds;

namespace Fixtures.Sprout;

public sealed class Sprout : ISeed
{
    public string Grow() => "a sprout";
}
