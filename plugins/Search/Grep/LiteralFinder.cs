using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>Finds an ASCII text in bytes, whatever its case, many bytes at a time.</summary>
internal sealed class LiteralFinder
{
    /// <summary>Bytes of source text, the frequent ones first. What is not named is rare.</summary>
    private static ReadOnlySpan<byte> Frequent => " etaoinsrldcupmhfgbyv\n._(),;\"=/w:-xk0>1*<{}2q'j[]z3"u8;

    private readonly byte[] _lower;
    private readonly byte[] _folds;
    private readonly int _first;
    private readonly int _second;

    /// <summary>Makes a finder.</summary>
    /// <param name="text">The text: ASCII, not empty.</param>
    public LiteralFinder(string text)
    {
        _lower = [.. text.Select(static value => (byte)char.ToLowerInvariant(value))];
        _folds = [.. _lower.Select(static value => (byte)(char.IsAsciiLetter((char)value) ? 0x20 : 0))];

        // The two rarest bytes are looked for; all others are compared only where both stand.
        var order = Enumerable.Range(0, _lower.Length).OrderBy(i => Rarity(_lower[i])).ToArray();
        _first = order[0];
        _second = order.FirstOrDefault(i => _lower[i] != _lower[_first], order[^1]);
    }

    /// <summary>Finds the first place.</summary>
    /// <returns>The place, or -1.</returns>
    public int IndexOf(ReadOnlySpan<byte> bytes)
    {
        var last = bytes.Length - _lower.Length;
        if (last < 0)
        {
            return -1;
        }

        var at = 0;
        ref var start = ref MemoryMarshal.GetReference(bytes);
        if (Vector256.IsHardwareAccelerated && last >= Vector256<byte>.Count)
        {
            var (firstFold, secondFold) = (Vector256.Create(_folds[_first]), Vector256.Create(_folds[_second]));
            var (firstByte, secondByte) = (Vector256.Create(_lower[_first]), Vector256.Create(_lower[_second]));
            for (; at + Vector256<byte>.Count <= last + 1; at += Vector256<byte>.Count)
            {
                var hits = Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)(at + _first)) | firstFold, firstByte)
                    & Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)(at + _second)) | secondFold, secondByte);
                if (hits != Vector256<byte>.Zero && Check(bytes, at, hits.ExtractMostSignificantBits()) is var found and >= 0)
                {
                    return found;
                }
            }
        }
        else if (Vector128.IsHardwareAccelerated && last >= Vector128<byte>.Count)
        {
            var (firstFold, secondFold) = (Vector128.Create(_folds[_first]), Vector128.Create(_folds[_second]));
            var (firstByte, secondByte) = (Vector128.Create(_lower[_first]), Vector128.Create(_lower[_second]));
            for (; at + Vector128<byte>.Count <= last + 1; at += Vector128<byte>.Count)
            {
                var hits = Vector128.Equals(Vector128.LoadUnsafe(ref start, (nuint)(at + _first)) | firstFold, firstByte)
                    & Vector128.Equals(Vector128.LoadUnsafe(ref start, (nuint)(at + _second)) | secondFold, secondByte);
                if (hits != Vector128<byte>.Zero && Check(bytes, at, hits.ExtractMostSignificantBits()) is var found and >= 0)
                {
                    return found;
                }
            }
        }

        for (; at <= last; at++)
        {
            if ((byte)(Unsafe.Add(ref start, at + _first) | _folds[_first]) == _lower[_first] && Fits(bytes[at..]))
            {
                return at;
            }
        }

        return -1;
    }

    private static int Rarity(byte value) => Frequent.IndexOf(value) is var place and >= 0 ? 256 - place : 0;

    private int Check(ReadOnlySpan<byte> bytes, int at, uint hits)
    {
        for (; hits != 0; hits &= hits - 1)
        {
            var place = at + BitOperations.TrailingZeroCount(hits);
            if (Fits(bytes[place..]))
            {
                return place;
            }
        }

        return -1;
    }

    private bool Fits(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < _lower.Length; i++)
        {
            if ((byte)(bytes[i] | _folds[i]) != _lower[i])
            {
                return false;
            }
        }

        return true;
    }
}
