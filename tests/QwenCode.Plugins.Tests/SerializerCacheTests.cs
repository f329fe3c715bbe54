using QwenCode.Plugins.Loading;

namespace QwenCode.Plugins.Tests;

public sealed class SerializerCacheTests
{
    [Fact]
    public void An_unloading_plugin_waits_until_a_schema_that_is_being_made_is_done()
    {
        var clearing = new Thread(SerializerCaches.Clear);
        using (SerializerCaches.Hold())
        {
            clearing.Start();
            clearing.Join(TimeSpan.FromMilliseconds(200)).ShouldBeFalse();
        }

        clearing.Join(TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }
}
