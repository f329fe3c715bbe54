namespace Fixtures.Library;

public static class Edition
{
    public static string Name => "edition Two" + " of " + typeof(Edition).Assembly.GetName().Version!.Major;
}
