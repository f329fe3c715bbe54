using Microsoft.Extensions.Time.Testing;

namespace QwenCode.Kernel.Tests.Bench;

/// <summary>A clock that a test moves; it begins at half past a minute, so that a schedule is due after thirty seconds.</summary>
internal sealed class TestClock() : FakeTimeProvider(new(2026, 4, 17, 9, 0, 30, TimeSpan.Zero));
