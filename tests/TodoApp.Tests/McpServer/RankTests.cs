using CsCheck;
using TodoApp.McpServer.Tasks;

namespace TodoApp.Tests.McpServer;

public sealed class RankTests
{
    [Fact]
    public void A_rank_between_two_is_between_them() =>
        Gen.Select(Gen.Long[1, 1L << 40], Gen.Long[1, 1L << 40], Gen.Int[1, 40]).Sample((a, b, times) =>
        {
            string low = Rank.AtEnd(Math.Min(a, b));
            string high = Rank.AtEnd(Math.Max(a, b) + 1);
            for (int i = 0; i < times; i++)
            {
                string between = Rank.Between(low, high);
                Assert.True(string.CompareOrdinal(low, between) < 0 && string.CompareOrdinal(between, high) < 0, $"{low} {between} {high}");
                Assert.True(Rank.IsValid(between), between);
                (low, high) = (a + i) % 2 == 0 ? (low, between) : (between, high);
            }
        });

    [Fact]
    public void There_is_always_a_rank_before_the_first()
    {
        string first = Rank.AtEnd(1);
        for (int i = 0; i < 200; i++)
        {
            string before = Rank.Between(null, first);
            Assert.True(string.CompareOrdinal(before, first) < 0);
            first = before;
        }
    }

    [Fact]
    public void Ranks_at_the_end_grow_with_the_version() =>
        Gen.Long[1, long.MaxValue / 2].Sample(version => string.CompareOrdinal(Rank.AtEnd(version), Rank.AtEnd(version + 1)) < 0);
}
