namespace Fixtures.Seeds;

/// <summary>A contract between a plugin and the plugins it loads itself. The host knows nothing of it.</summary>
public interface ISeed
{
    string Grow();
}
