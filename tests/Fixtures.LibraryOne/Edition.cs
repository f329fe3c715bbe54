namespace Fixtures.Library;

public static class Edition
{
    public static string Name => "edition One" + " of " + typeof(Edition).Assembly.GetName().Version!.Major;
}
