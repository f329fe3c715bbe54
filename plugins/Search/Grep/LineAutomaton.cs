using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>
/// Finds lines of a <see cref="LineShape"/>, one table look-up a byte. Its tables are made as they are needed. For one thread.
/// </summary>
/// <remarks>A line that holds a byte beyond ASCII always looks right: what such characters are is left to the expression.</remarks>
internal sealed class LineAutomaton
{
    private const int Width = 256;
    private const int MostStates = 4_000;
    private const int MostClearings = 8;

    // Entries are the beginnings of rows: the first row is "not known yet", the second "looks right".
    private const int Found = Width;
    private const int Start = 2 * Width;

    private readonly LineShape _shape;
    private readonly List<int[]> _sets = [];
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly bool[] _isIn;
    private int[] _table = [];
    private int _clearings;

    private LineAutomaton(LineShape shape) => (_shape, _isIn) = (shape, new bool[shape.States.Count]);

    /// <summary>Gets whether the tables grew beyond use; then it finds every line.</summary>
    public bool IsExhausted => _clearings > MostClearings;

    /// <summary>Makes a finder.</summary>
    /// <returns>The finder; <c>null</c> where every line looks right.</returns>
    public static LineAutomaton? Of(LineShape shape)
    {
        var automaton = new LineAutomaton(shape);
        return automaton.Clear() ? automaton : null;
    }

    /// <summary>Finds a place in the first line that looks right.</summary>
    /// <param name="bytes">Lines.</param>
    /// <returns>The place, or -1.</returns>
    public int IndexOf(ReadOnlySpan<byte> bytes)
    {
        var row = Start;
        for (var i = 0; i < bytes.Length; i++)
        {
            ref var table = ref MemoryMarshal.GetArrayDataReference(_table);
            ref var start = ref MemoryMarshal.GetReference(bytes);
            var next = 0;
            for (; i < bytes.Length; i++)
            {
                next = Unsafe.Add(ref table, (nint)(uint)(row + Unsafe.Add(ref start, (nint)(uint)i)));
                if (next <= Found)
                {
                    break;
                }

                row = next;
            }

            if (i == bytes.Length)
            {
                return -1;
            }

            next = next == 0 ? Step(ref row, bytes[i]) : next;
            if (next == Found)
            {
                return i;
            }

            row = next;
        }

        return -1;
    }

    // Works out an entry. Where the tables are full they begin anew, with the row that is needed now.
    private int Step(ref int row, byte value)
    {
        var set = _sets[row / Width];
        if (_rows.Count >= MostStates)
        {
            _clearings++;
            Clear();
            if (IsExhausted)
            {
                return Found;
            }

            row = Row(set);
        }

        var next = value == '\n' ? Start : Next(set, value);
        _table[row + value] = next;
        return next;
    }

    private int Next(int[] set, byte value)
    {
        Array.Clear(_isIn);
        var bit = UInt128.One << value;
        foreach (var state in set)
        {
            if ((_shape.States[state].Mask & bit) != 0)
            {
                Close(_shape.States[state].Next);
            }
        }

        // A match may begin anywhere.
        Close(_shape.Start);
        return _isIn[0] ? Found : Row(Collect());
    }

    private void Close(int first)
    {
        var pending = new Stack<int>();
        pending.Push(first);
        while (pending.TryPop(out var state))
        {
            if (_isIn[state])
            {
                continue;
            }

            _isIn[state] = true;
            if (_shape.States[state].Kind is LineShape.StateKind.Either)
            {
                pending.Push(_shape.States[state].Next);
                pending.Push(_shape.States[state].Other);
            }
        }
    }

    // Only states that take a character matter from here on.
    private int[] Collect()
    {
        var states = new List<int>();
        for (var state = 0; state < _isIn.Length; state++)
        {
            if (_isIn[state] && _shape.States[state].Kind is LineShape.StateKind.One)
            {
                states.Add(state);
            }
        }

        return [.. states];
    }

    private int Row(int[] set)
    {
        var key = string.Create(set.Length, set, static (span, states) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = (char)states[i];
            }
        });
        if (_rows.TryGetValue(key, out var row))
        {
            return row;
        }

        row = _sets.Count * Width;
        _sets.Add(set);
        _rows.Add(key, row);
        if (_table.Length < row + Width)
        {
            Array.Resize(ref _table, Math.Max(row + Width, _table.Length * 2));
        }

        _table.AsSpan(row, 128).Clear();
        _table.AsSpan(row + 128, 128).Fill(Found);
        return row;
    }

    private bool Clear()
    {
        _sets.Clear();
        _rows.Clear();
        _sets.Add([]);
        _sets.Add([]);
        Array.Clear(_isIn);
        Close(_shape.Start);
        return !_isIn[0] && Row(Collect()) == Start;
    }
}
