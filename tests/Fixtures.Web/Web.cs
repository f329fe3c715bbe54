using Microsoft.AspNetCore.Http;
using QwenCode.Plugins;

namespace Fixtures.Web;

public static class Web
{
    [Tool("is_get")]
    public static bool IsGet(string method) => HttpMethods.IsGet(method);
}
