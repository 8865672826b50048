using System.Globalization;
using TodoApp.Contracts;
using TodoApp.McpServer.Dates;
using TodoApp.McpServer.QuickAdd;
using TodoApp.Tests.Infrastructure;

namespace TodoApp.Tests.McpServer;

/// <summary>What quick add makes of lines, on Wednesday, 25 November 2026, at 10:20:30, with weeks that begin on Monday unless another moment is said.</summary>
public sealed class QuickAddPhraseTests
{
    internal static readonly DateContext Wednesday = new(new DateTime(2026, 11, 25, 10, 20, 30), DayOfWeek.Monday);

    private const string Phrases = """
        Buy milk today => Buy milk; due 2026-11-25
        Buy milk tod => Buy milk; due 2026-11-25
        Buy milk tomorrow => Buy milk; due 2026-11-26
        Buy milk tmr => Buy milk; due 2026-11-26
        Buy milk tom => Buy milk; due 2026-11-26
        Tomorrow buy milk => buy milk; due 2026-11-26
        Reply to Ann yesterday => Reply to Ann; due 2026-11-24
        Read a book tonight => Read a book; due 2026-11-25T20:00
        Read a book tonight at 9 => Read a book; due 2026-11-25T21:00
        Pay rent friday => Pay rent; due 2026-11-27
        Pay rent Friday => Pay rent; due 2026-11-27
        Pay rent fri => Pay rent; due 2026-11-27
        Pay rent on fri => Pay rent; due 2026-11-27
        Pay rent wednesday => Pay rent; due 2026-12-02
        Pay rent this wednesday => Pay rent; due 2026-11-25
        Pay rent next wednesday => Pay rent; due 2026-12-02
        Pay rent next friday => Pay rent; due 2026-12-04
        Pay rent this friday => Pay rent; due 2026-11-27
        Pay rent friday next week => Pay rent; due 2026-12-04
        Pay rent next week => Pay rent; due 2026-11-30
        Pay rent next month => Pay rent; due 2026-12-01
        Pay rent next year => Pay rent; due 2027-01-01
        Pay rent this weekend => Pay rent; due 2026-11-28
        Pay rent next weekend => Pay rent; due 2026-12-05
        Pay rent end of month => Pay rent; due 2026-11-30
        Pay rent at the end of the month => Pay rent; due 2026-11-30
        Pay rent by the end of the month => Pay rent; due 2026-11-30
        Pay rent by eom => Pay rent; due 2026-11-30
        Pay rent eow => Pay rent; due 2026-11-29
        Pay rent end of next year => Pay rent; due 2027-12-31
        Pay rent day after tomorrow => Pay rent; due 2026-11-27
        Pay rent the day after tomorrow => Pay rent; due 2026-11-27
        Pay rent in 3 days => Pay rent; due 2026-11-28
        Pay rent in three days => Pay rent; due 2026-11-28
        Pay rent in a week => Pay rent; due 2026-12-02
        Pay rent in 2 weeks => Pay rent; due 2026-12-09
        Pay rent in 2w => Pay rent; due 2026-12-09
        Pay rent in 1 month => Pay rent; due 2026-12-25
        Pay rent in 1 year => Pay rent; due 2027-11-25
        Pay rent in 5 workdays => Pay rent; due 2026-12-02
        Pay rent a week from today => Pay rent; due 2026-12-02
        Call in 2 hours => Call; due 2026-11-25T12:20
        Call in 90 min => Call; due 2026-11-25T11:50
        Call in an hour => Call; due 2026-11-25T11:20
        Call 3 days ago => Call; due 2026-11-22
        Party 1 dec => Party; due 2026-12-01
        Party dec 1 => Party; due 2026-12-01
        Party Dec 1st => Party; due 2026-12-01
        Party 1st of december => Party; due 2026-12-01
        Party on the 1st of december 2027 => Party; due 2027-12-01
        Party december 24, 2027 => Party; due 2027-12-24
        Party 24 dec 2026 at 18:00 => Party; due 2026-12-24T18:00
        Party 25 nov => Party; due 2026-11-25
        Party 24 nov => Party; due 2027-11-24
        Party 29 feb => Party; due 2028-02-29
        Party on feb 29 2028 => Party; due 2028-02-29
        Party 2026-12-24 => Party; due 2026-12-24
        Party 2026-12-24T18:30 => Party; due 2026-12-24T18:30
        Party 2026-12-24 18:30 => Party; due 2026-12-24T18:30
        Party 2026/12/24 => Party; due 2026-12-24
        Party 24.12. => Party; due 2026-12-24
        Party 24.12.2027 => Party; due 2027-12-24
        Party 24.12.27 => Party; due 2027-12-24
        Party on 12/24 => Party; due 2026-12-24
        Party on 24/12 => Party; due 2026-12-24
        Party 12/24/2027 => Party; due 2027-12-24
        Party on friday, 4 dec => Party; due 2026-12-04
        Party friday 27 nov => Party; due 2026-11-27
        Party on the 15th => Party; due 2026-12-15
        Party on the 25th => Party; due 2026-11-25
        Party on the 24th => Party; due 2026-12-24
        Party by the 31st => Party; due 2026-12-31
        Party May 5 => Party; due 2027-05-05
        Party may 5th with Ann => Party with Ann; due 2027-05-05
        Party mar 3 at noon => Party; due 2027-03-03T12:00
        Call 9am => Call; due 2026-11-26T09:00
        Call 11am => Call; due 2026-11-25T11:00
        Call 9:30 pm => Call; due 2026-11-25T21:30
        Call 9.30pm => Call; due 2026-11-25T21:30
        Call 14:00 => Call; due 2026-11-25T14:00
        Call at 14 => Call; due 2026-11-25T14:00
        Call at 9 => Call; due 2026-11-26T09:00
        Call noon => Call; due 2026-11-25T12:00
        Call at noon => Call; due 2026-11-25T12:00
        Call at midnight => Call; due 2026-11-26T00:00
        Call in the morning => Call; due 2026-11-26T09:00
        Call this evening => Call; due 2026-11-25T18:00
        Call at 8 in the evening => Call; due 2026-11-25T20:00
        Call tomorrow morning => Call; due 2026-11-26T09:00
        Call tomorrow morning at 8 => Call; due 2026-11-26T08:00
        Call tomorrow evening at 8 => Call; due 2026-11-26T20:00
        Call friday night => Call; due 2026-11-27T20:00
        Call mon 9am => Call; due 2026-11-30T09:00
        Call 9am mon => Call; due 2026-11-30T09:00
        Call at 9 on monday => Call; due 2026-11-30T09:00
        Call by friday 5pm => Call; due 2026-11-27T17:00
        Call friday, 17:00 => Call; due 2026-11-27T17:00
        Call 12am tomorrow => Call; due 2026-11-26T00:00
        Call 12pm tomorrow => Call; due 2026-11-26T12:00
        Call tomorrow about the loan 9am => Call about the loan; due 2026-11-26T09:00
        Call at 10:20 => Call; due 2026-11-26T10:20
        Call at 10:21 => Call; due 2026-11-25T10:21
        Water plants every day => Water plants; due 2026-11-25; repeats FREQ=DAILY
        Water plants daily => Water plants; due 2026-11-25; repeats FREQ=DAILY
        Water plants daily at 9 => Water plants; due 2026-11-26T09:00; repeats FREQ=DAILY
        Water plants every morning => Water plants; due 2026-11-26T09:00; repeats FREQ=DAILY
        Water plants every evening at 7 => Water plants; due 2026-11-25T19:00; repeats FREQ=DAILY
        Water plants every weekday => Water plants; due 2026-11-25; repeats FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
        Water plants every workday at 8am => Water plants; due 2026-11-26T08:00; repeats FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
        Water plants every weekend => Water plants; due 2026-11-28; repeats FREQ=WEEKLY;BYDAY=SA,SU
        Water plants every week => Water plants; due 2026-11-25; repeats FREQ=WEEKLY
        Water plants weekly => Water plants; due 2026-11-25; repeats FREQ=WEEKLY
        Water plants every 2 weeks => Water plants; due 2026-11-25; repeats FREQ=WEEKLY;INTERVAL=2
        Water plants every two weeks => Water plants; due 2026-11-25; repeats FREQ=WEEKLY;INTERVAL=2
        Water plants every other week => Water plants; due 2026-11-25; repeats FREQ=WEEKLY;INTERVAL=2
        Water plants every 2nd week => Water plants; due 2026-11-25; repeats FREQ=WEEKLY;INTERVAL=2
        Water plants biweekly => Water plants; due 2026-11-25; repeats FREQ=WEEKLY;INTERVAL=2
        Water plants every mon, wed and fri => Water plants; due 2026-11-25; repeats FREQ=WEEKLY;BYDAY=MO,WE,FR
        Water plants every mon, wed & fri 18:00 => Water plants; due 2026-11-25T18:00; repeats FREQ=WEEKLY;BYDAY=MO,WE,FR
        Water plants every tue/thu => Water plants; due 2026-11-26; repeats FREQ=WEEKLY;BYDAY=TU,TH
        Water plants every mon-fri => Water plants; due 2026-11-25; repeats FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
        Water plants every monday to friday at noon => Water plants; due 2026-11-25T12:00; repeats FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
        Water plants every other friday => Water plants; due 2026-11-27; repeats FREQ=WEEKLY;INTERVAL=2;BYDAY=FR
        Water plants every week on mon and fri => Water plants; due 2026-11-27; repeats FREQ=WEEKLY;BYDAY=MO,FR
        Water plants every 2 weeks on saturday => Water plants; due 2026-11-28; repeats FREQ=WEEKLY;INTERVAL=2;BYDAY=SA
        Water plants every month => Water plants; due 2026-11-25; repeats FREQ=MONTHLY
        Water plants monthly => Water plants; due 2026-11-25; repeats FREQ=MONTHLY
        Water plants monthly on the last friday => Water plants; due 2026-11-27; repeats FREQ=MONTHLY;BYDAY=-1FR
        Water plants every month on the 1st => Water plants; due 2026-12-01; repeats FREQ=MONTHLY;BYMONTHDAY=1
        Water plants every month on the 1st and 15th => Water plants; due 2026-12-01; repeats FREQ=MONTHLY;BYMONTHDAY=1,15
        Water plants every month on the last day => Water plants; due 2026-11-30; repeats FREQ=MONTHLY;BYMONTHDAY=-1
        Water plants every month on the 2nd tuesday at 6pm => Water plants; due 2026-12-08T18:00; repeats FREQ=MONTHLY;BYDAY=2TU
        Water plants every month on the last workday => Water plants; due 2026-11-30; repeats FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
        Water plants every 1st => Water plants; due 2026-12-01; repeats FREQ=MONTHLY;BYMONTHDAY=1
        Water plants every 15th => Water plants; due 2026-12-15; repeats FREQ=MONTHLY;BYMONTHDAY=15
        Water plants every 31st => Water plants; due 2026-12-31; repeats FREQ=MONTHLY;BYMONTHDAY=31
        Water plants every last day of the month => Water plants; due 2026-11-30; repeats FREQ=MONTHLY;BYMONTHDAY=-1
        Water plants every last friday => Water plants; due 2026-11-27; repeats FREQ=MONTHLY;BYDAY=-1FR
        Water plants every last friday of the month => Water plants; due 2026-11-27; repeats FREQ=MONTHLY;BYDAY=-1FR
        Water plants every 1st monday => Water plants; due 2026-12-07; repeats FREQ=MONTHLY;BYDAY=1MO
        Water plants every first and third monday => Water plants; due 2026-12-07; repeats FREQ=MONTHLY;BYDAY=1MO,3MO
        Water plants every last weekday => Water plants; due 2026-11-30; repeats FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
        Water plants every 3 months => Water plants; due 2026-11-25; repeats FREQ=MONTHLY;INTERVAL=3
        Water plants every 3 months on the 31st => Water plants; due 2026-12-31; repeats FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31
        Water plants every quarter => Water plants; due 2026-11-25; repeats FREQ=MONTHLY;INTERVAL=3
        Water plants quarterly => Water plants; due 2026-11-25; repeats FREQ=MONTHLY;INTERVAL=3
        Water plants every year => Water plants; due 2026-11-25; repeats FREQ=YEARLY
        Water plants yearly => Water plants; due 2026-11-25; repeats FREQ=YEARLY
        Water plants annually => Water plants; due 2026-11-25; repeats FREQ=YEARLY
        Water plants every dec 25 => Water plants; due 2026-12-25; repeats FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25
        Water plants every 25 december => Water plants; due 2026-12-25; repeats FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25
        Water plants every year on dec 25 => Water plants; due 2026-12-25; repeats FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25
        Water plants every year on the 25th of december at 8 => Water plants; due 2026-12-25T08:00; repeats FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25
        Water plants every feb 29 => Water plants; due 2028-02-29; repeats FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29
        Water plants every 4th thursday of november => Water plants; due 2026-11-26; repeats FREQ=YEARLY;BYMONTH=11;BYDAY=4TH
        Water plants every 2 hours => Water plants; due 2026-11-25T11:00; repeats FREQ=HOURLY;INTERVAL=2
        Water plants hourly => Water plants; due 2026-11-25T11:00; repeats FREQ=HOURLY
        Water plants every 30 minutes => Water plants; due 2026-11-25T10:21; repeats FREQ=MINUTELY;INTERVAL=30
        Water plants every! 3 days => Water plants; due 2026-11-25; repeats FREQ=DAILY;INTERVAL=3; from completion
        Water plants every! week => Water plants; due 2026-11-25; repeats FREQ=WEEKLY; from completion
        Water plants 3 days after completion => Water plants; due 2026-11-25; repeats FREQ=DAILY;INTERVAL=3; from completion
        Water plants every 10 days after completion => Water plants; due 2026-11-25; repeats FREQ=DAILY;INTERVAL=10; from completion
        Water plants every day starting monday => Water plants; due 2026-11-30; repeats FREQ=DAILY
        Water plants every 2 days from 1 dec => Water plants; due 2026-12-01; repeats FREQ=DAILY;INTERVAL=2
        Water plants every month tomorrow => Water plants; due 2026-11-26; repeats FREQ=MONTHLY
        Water plants every day until 1 march => Water plants; due 2026-11-25; repeats FREQ=DAILY;UNTIL=20270301
        Water plants every day 9am until dec 31 => Water plants; due 2026-11-26T09:00; repeats FREQ=DAILY;UNTIL=20261231
        Water plants every day for 5 times => Water plants; due 2026-11-25; repeats FREQ=DAILY;COUNT=5
        Water plants every monday x5 => Water plants; due 2026-11-30; repeats FREQ=WEEKLY;COUNT=5;BYDAY=MO
        Water plants every day at 9am starting tomorrow for 3 times => Water plants; due 2026-11-26T09:00; repeats FREQ=DAILY;COUNT=3
        Pay rent #Home => Pay rent; in Home
        #Home Pay rent => Pay rent; in Home
        Pay #Home rent => Pay rent; in Home
        Pay rent #"Flat in town" => Pay rent; in Flat in town
        Pay rent #Flat/Town => Pay rent; in Flat/Town
        Pay rent #Haus&Hof. => Pay rent.; in Haus&Hof
        Pay rent @bills => Pay rent; @bills
        Pay rent @bills @bank => Pay rent; @bills; @bank
        Pay rent @"to do" => Pay rent; @to do
        Pay rent (@bills) => Pay rent; @bills
        Pay rent @5min => Pay rent; @5min
        Pay rent p1 => Pay rent; urgent
        Pay rent P2 => Pay rent; high
        Pay rent p3 => Pay rent; medium
        Pay rent p4 => Pay rent; low
        Pay rent !1 => Pay rent; urgent
        Pay rent !4 => Pay rent; low
        p1 Pay rent => Pay rent; urgent
        Pay rent // from the joint account => Pay rent; notes: from the joint account
        Pay rent tomorrow // tomorrow, #not @a p1 => Pay rent; due 2026-11-26; notes: tomorrow, #not @a p1
        Pay rent every month on the 1st 9am #Home @bills p1 // from the joint account => Pay rent; due 2026-12-01T09:00; repeats FREQ=MONTHLY;BYMONTHDAY=1; in Home; @bills; urgent; notes: from the joint account
        Pay rent #A #B => Pay rent #A; in B
        Pay rent p1 p3 => Pay rent p1; medium
        Read "May Sun tomorrow" => Read May Sun tomorrow
        Read "1984" tomorrow => Read 1984; due 2026-11-26
        "Friday" by Rebecca Black => Friday by Rebecca Black
        Buy a 24" monitor tomorrow => Buy a 24" monitor; due 2026-11-26
        Buy 12" and 14" pans => Buy 12" and 14" pans
        Say "#hello" @home => Say #hello; @home
        Say "" tomorrow => Say ""; due 2026-11-26
        May call => May call
        Read 1984 => Read 1984
        sun cream => sun cream
        Sun cream => Sun cream
        buy 2 mon => buy 2 mon
        sun => sun
        mar => mar
        may => may
        May 5 people come => May 5 people come
        March 3 miles => March 3 miles
        Call Tom => Call Tom
        Call Jan => Call Jan
        Call April => Call April
        Watch the sun => Watch the sun
        Enjoy the sun => Enjoy the sun
        The friday meeting => The friday meeting
        Have a friday off => Have a friday off
        Weekly report => Weekly report
        Daily standup => Daily standup
        Daily standup 9am => Daily standup; due 2026-11-26T09:00
        Read every book => Read every book
        Read USA news at night and sleep => Read USA news at night and sleep
        tomorrow's news => tomorrow's news
        Today's list => Today's list
        Open tomorrow.txt => Open tomorrow.txt
        24/7 support => 24/7 support
        Finish 12/24 chapters => Finish 12/24 chapters
        Update to 2.1. => Update to 2.1.
        Pay 24.12 => Pay 24.12
        Fix #42 => Fix #42
        Fix C# code => Fix C# code
        Mail bob@example.com => Mail bob@example.com
        Meet @ noon => Meet; due 2026-11-25T12:00
        See https://example.com/a => See https://example.com/a
        Meeting 2pm-3pm => Meeting 2pm-3pm
        Vacation 1 dec to 5 dec => Vacation 1 dec to 5 dec
        Work from 9am to 5pm => Work from 9am to 5pm
        Move it to friday => Move it to friday
        Party on 12/1 => Party on 12/1
        Meet on the 1st floor => Meet on the 1st floor
        Meet at 9 Elm Street => Meet at 9 Elm Street
        Call 30 feb => Call 30 feb
        Call in 999999999 days => Call in 999999999 days
        Call every 0 days => Call every 0 days
        Call every feb 30 => Call every feb 30
        Thing p5 => Thing p5
        Thing p11 => Thing p11
        Buy 3 a day => Buy 3 a day
        Second day of school => Second day of school
        First of all => First of all
        Give it one more day => Give it one more day
        Sat on the mat => Sat on the mat
        A month in the country => A month in the country
        Three days of rain => Three days of rain
        tomorrow => tomorrow; due 2026-11-26
        every day => every day; due 2026-11-25; repeats FREQ=DAILY
        #Home => #Home; in Home
        // note => // note; notes: note
        Pay, tomorrow, rent => Pay, rent; due 2026-11-26
        Pay (tomorrow) rent => Pay rent; due 2026-11-26
        tomorrow: pay rent => pay rent; due 2026-11-26
        Pay rent, tomorrow. => Pay rent.; due 2026-11-26
        Pay rent - tomorrow => Pay rent; due 2026-11-26
        Pay   rent    tomorrow => Pay rent; due 2026-11-26
        Pay rent tomorrow! => Pay rent!; due 2026-11-26
        🎉 Party tomorrow 🎉 => 🎉 Party 🎉; due 2026-11-26
        Move friday meeting 10am monday => Move friday meeting; due 2026-11-30T10:00
        Call today or tomorrow => Call today or; due 2026-11-26
        Meeting 2pm - 3pm => Meeting 2pm - 3pm
        Meet @9am => Meet; due 2026-11-26T09:00
        Meet @ 9 => Meet; due 2026-11-26T09:00
        Book table for friday 8pm => Book table; due 2026-11-27T20:00
        Buy cake for friday => Buy cake for friday
        Prepare for monday => Prepare for monday
        Talk about friday => Talk about friday
        Call before 5pm => Call before 5pm
        Call after 5pm tomorrow => Call after 5pm tomorrow
        Pay last friday => Pay last friday
        Gym starting monday => Gym; due 2026-11-30
        Pay rent on the 1st of every month => Pay rent; due 2026-12-01; repeats FREQ=MONTHLY;BYMONTHDAY=1
        Pay rent on the 1st of every month 9am => Pay rent; due 2026-12-01T09:00; repeats FREQ=MONTHLY;BYMONTHDAY=1
        Pay rent last friday of each month => Pay rent; due 2026-11-27; repeats FREQ=MONTHLY;BYDAY=-1FR
        Pay rent every month on 15 => Pay rent; due 2026-12-15; repeats FREQ=MONTHLY;BYMONTHDAY=15
        Pay rent every month on the 15th at 9 => Pay rent; due 2026-12-15T09:00; repeats FREQ=MONTHLY;BYMONTHDAY=15
        Pay rent every month at 9am on the 1st => Pay rent; due 2026-12-01T09:00; repeats FREQ=MONTHLY;BYMONTHDAY=1
        Pay rent on dec 25 every year => Pay rent; due 2026-12-25; repeats FREQ=YEARLY
        Pay rent each monday => Pay rent; due 2026-11-30; repeats FREQ=WEEKLY;BYDAY=MO
        Sale until friday => Sale until friday
        Dinner with mom at 7pm sat => Dinner with mom; due 2026-11-28T19:00
        Pay in the morning => Pay; due 2026-11-26T09:00
        Move to monday 9am => Move to monday 9am
        First friday of the month drinks => First friday of the month drinks
        Second friday => Second friday
        Meet in december => Meet in december
        Pay rent 1.12. => Pay rent; due 2026-12-01
        Pay rent 01.12. => Pay rent; due 2026-12-01
        Pay rent 1.1. => Pay rent 1.1.
        Pay rent on 1.1. => Pay rent; due 2027-01-01
        every monday: standup 9am => standup; due 2026-11-30T09:00; repeats FREQ=WEEKLY;BYDAY=MO
        Standup every monday, 9am, until dec 31 => Standup; due 2026-11-30T09:00; repeats FREQ=WEEKLY;UNTIL=20261231;BYDAY=MO
        Call Ann by tomorrow noon => Call Ann; due 2026-11-26T12:00
        Dentist next tuesday 9:15 => Dentist; due 2026-12-01T09:15
        Flight 2026-12-24 06:05 #Travel p2 => Flight; due 2026-12-24T06:05; in Travel; high
        Call 5 pm => Call; due 2026-11-25T17:00
        Take pills every 8 hours => Take pills; due 2026-11-25T11:00; repeats FREQ=HOURLY;INTERVAL=8
        Take pills every 8 hours starting tomorrow 6am => Take pills; due 2026-11-26T06:00; repeats FREQ=HOURLY;INTERVAL=8
        Backup every night => Backup; due 2026-11-25T20:00; repeats FREQ=DAILY
        Backup every sunday night => Backup; due 2026-11-29T20:00; repeats FREQ=WEEKLY;BYDAY=SU
        Take pills every day at 8am and 8pm => Take pills and 8pm; due 2026-11-26T08:00; repeats FREQ=DAILY
        Change filter every 90 days after completion => Change filter; due 2026-11-25; repeats FREQ=DAILY;INTERVAL=90; from completion
        Change filter every! 3 months on the 1st => Change filter; due 2026-12-01; repeats FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1; from completion
        Pay rent every month on the 30th => Pay rent; due 2026-11-30; repeats FREQ=MONTHLY;BYMONTHDAY=30
        Pay rent every month on the 1st until 2027-06-30 => Pay rent; due 2026-12-01; repeats FREQ=MONTHLY;UNTIL=20270630;BYMONTHDAY=1
        Every monday buy milk => buy milk; due 2026-11-30; repeats FREQ=WEEKLY;BYDAY=MO
        buy milk on Saturday morning => buy milk; due 2026-11-28T09:00
        Read 2 chapters => Read 2 chapters
        Lunch 12:30 => Lunch; due 2026-11-25T12:30
        See you tomorrow, Bob => See you, Bob; due 2026-11-26
        Meeting friday @work => Meeting; due 2026-11-27; @work
        Order 66 => Order 66
        Buy 5 may flowers => Buy 5 may flowers
        Check mar 15 report => Check mar 15 report
        Renew passport in 2 months p2 #Admin => Renew passport; due 2027-01-25; in Admin; high
        Review PR !2 => Review PR; high
        Review this weekend => Review; due 2026-11-28
        Call bob in 5 minutes => Call bob; due 2026-11-25T10:25
        Pay 30 nov => Pay; due 2026-11-30
        Meet 30 nov - 2 dec => Meet 30 nov - 2 dec
        Meet monday at 10 with Ann => Meet with Ann; due 2026-11-30T10:00
        Call Ann at 10 about the loan => Call Ann about the loan; due 2026-11-26T10:00
        Meet at 10 in the office tomorrow => Meet in the office; due 2026-11-26T10:00
        Meet at 10 to talk => Meet to talk; due 2026-11-26T10:00
        Dinner on the 15th with Ann at 7pm => Dinner with Ann; due 2026-12-15T19:00
        Work at 9 to 5 => Work at 9 to 5
        Meet at 9 and 10 => Meet at 9 and 10
        Visit on the 1st floor => Visit on the 1st floor
        Standup every day at 9 with the team => Standup with the team; due 2026-11-26T09:00; repeats FREQ=DAILY
        Party may 5 at Bob's => Party at Bob's; due 2027-05-05
        """;

    // Moment, first day of the week, line.
    private const string Moments = """
        2026-12-31T23:59 Monday Call tomorrow => Call; due 2027-01-01
        2026-12-31T23:59 Monday Call in 1 minute => Call; due 2027-01-01T00:00
        2026-12-31T23:59 Monday Call today => Call; due 2026-12-31
        2026-12-31T23:59 Monday Call 23:58 => Call; due 2027-01-01T23:58
        2026-12-31T00:00 Monday Call eom => Call; due 2026-12-31
        2026-12-31T00:00 Monday Call next month => Call; due 2027-01-01
        2026-12-31T00:00 Monday Call 31 dec => Call; due 2026-12-31
        2026-12-31T00:00 Monday Call midnight => Call; due 2026-12-31T00:00
        2027-01-31T12:00 Monday Call in 1 month => Call; due 2027-02-28
        2027-01-31T12:00 Monday Call on the 30th => Call; due 2027-03-30
        2027-01-31T12:00 Monday Call every 31st => Call; due 2027-01-31; repeats FREQ=MONTHLY;BYMONTHDAY=31
        2027-02-01T12:00 Monday Call every month on the last day => Call; due 2027-02-28; repeats FREQ=MONTHLY;BYMONTHDAY=-1
        2028-02-28T12:00 Monday Call tomorrow => Call; due 2028-02-29
        2028-02-28T12:00 Monday Call eom => Call; due 2028-02-29
        2028-02-29T12:00 Monday Call in 1 year => Call; due 2029-02-28
        2028-02-29T12:00 Monday Call 29 feb => Call; due 2028-02-29
        2028-03-01T12:00 Monday Call 29 feb => Call; due 2032-02-29
        2028-03-01T12:00 Monday Call feb 29 2030 => Call feb 29 2030
        2028-02-29T12:00 Monday Call every feb 29 11am => Call; due 2032-02-29T11:00; repeats FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29
        2096-03-01T12:00 Monday Call 29 feb => Call; due 2104-02-29
        2026-11-25T10:20 Sunday Call next week => Call; due 2026-11-29
        2026-11-25T10:20 Saturday Call next week => Call; due 2026-11-28
        2026-11-25T10:20 Sunday Call next sunday => Call; due 2026-11-29
        2026-11-25T10:20 Monday Call next sunday => Call; due 2026-12-06
        2026-11-25T10:20 Sunday Call eow => Call; due 2026-11-28
        2026-11-25T10:20 Sunday Call next friday => Call; due 2026-12-04
        2026-11-25T10:20 Saturday Call next friday => Call; due 2026-12-04
        2026-11-29T10:20 Monday Call next monday => Call; due 2026-11-30
        2026-11-29T10:20 Sunday Call next monday => Call; due 2026-12-07
        2026-11-29T10:20 Monday Call this weekend => Call; due 2026-11-29
        2026-11-28T10:20 Monday Call this weekend => Call; due 2026-11-28
        2026-11-29T10:20 Monday Call next weekend => Call; due 2026-12-05
        2026-11-29T10:20 Monday Call sunday => Call; due 2026-12-06
        2026-11-29T10:20 Monday Call in 1 workday => Call; due 2026-11-30
        2026-11-27T10:20 Monday Call in 1 workday => Call; due 2026-11-30
        2026-11-27T17:00 Monday Call every friday 5pm => Call; due 2026-11-27T17:00; repeats FREQ=WEEKLY;BYDAY=FR
        2026-11-27T17:01 Monday Call every friday 5pm => Call; due 2026-12-04T17:00; repeats FREQ=WEEKLY;BYDAY=FR
        2026-11-25T10:20 Sunday Call every 2 weeks on sat and sun => Call; due 2026-11-28; repeats FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA,SU
        2026-11-25T10:00 Monday Call every 2 hours => Call; due 2026-11-25T10:00; repeats FREQ=HOURLY;INTERVAL=2
        2026-11-25T23:30 Monday Call every 2 hours => Call; due 2026-11-26T00:00; repeats FREQ=HOURLY;INTERVAL=2
        9999-12-31T12:00 Monday Call tomorrow => Call tomorrow
        9999-12-31T12:00 Monday Call next week => Call next week
        9999-12-31T12:00 Monday Call 9am => Call 9am
        9999-12-31T12:00 Monday Call every day 9am => Call every day 9am
        9999-12-31T12:00 Monday Call in 1 hour => Call; due 9999-12-31T13:00
        9999-12-31T23:30 Monday Call hourly => Call hourly
        9999-12-31T12:00 Monday Call next year => Call next year
        0001-01-01T00:00 Monday Call yesterday => Call yesterday
        0001-01-01T00:00 Sunday Call 1 month ago => Call 1 month ago
        """;

    public static TheoryData<string, string> PhraseRows => Rows(Phrases);

    public static TheoryData<string, string> MomentRows => Rows(Moments);

    [Theory]
    [MemberData(nameof(PhraseRows))]
    public void A_line_is_understood(string line, string expected) => Assert.Equal(expected, Describe(line, Wednesday));

    [Theory]
    [MemberData(nameof(MomentRows))]
    public void The_moment_and_the_first_day_of_the_week_decide(string line, string expected)
    {
        string[] parts = line.Split(' ', 3);
        var context = new DateContext(DateTime.Parse(parts[0], CultureInfo.InvariantCulture), Enum.Parse<DayOfWeek>(parts[1]));
        Assert.Equal(expected, Describe(parts[2], context));
    }

    [Theory]
    [InlineData("2027-03-28T01:30", "in 1 hour", "2027-03-28T03:30")]
    [InlineData("2027-03-28T00:30", "in 3 hours", "2027-03-28T04:30")]
    [InlineData("2026-10-25T01:30", "in 3 hours", "2026-10-25T03:30")]
    [InlineData("2026-10-24T12:00", "in 1 day", "2026-10-25")]
    [InlineData("2026-10-25T00:10", "in 24 hours", "2026-10-25T23:10")]
    public void Hours_are_counted_as_they_pass_where_the_clock_is_changed(string now, string phrase, string expected)
    {
        var context = new DateContext(DateTime.Parse(now, CultureInfo.InvariantCulture), DayOfWeek.Monday, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        Assert.True(DatePhrase.TryParse(phrase, context, out DueDate due));
        Assert.Equal(expected, due.ToString());
    }

    [Theory]
    [InlineData("last friday", "2026-11-20")]
    [InlineData("last wednesday", "2026-11-18")]
    [InlineData("last week", "2026-11-16")]
    [InlineData("last month", "2026-10-01")]
    [InlineData("tom", "2026-11-26")]
    [InlineData("Tom", "2026-11-26")]
    [InlineData("sun", "2026-11-29")]
    [InlineData("15th", "2026-12-15")]
    [InlineData("12/24", "2026-12-24")]
    [InlineData("1.1.", "2027-01-01")]
    [InlineData("  Next Friday  9AM ", "2026-12-04T09:00")]
    [InlineData("2026-12-01T09:00", "2026-12-01T09:00")]
    [InlineData("2026-12-01T09:00:00", "2026-12-01T09:00")]
    [InlineData("9am", "2026-11-26T09:00")]
    [InlineData("12/1", null)]
    [InlineData("13/13", null)]
    [InlineData("30 feb", null)]
    [InlineData("2026-02-30", null)]
    [InlineData("2026-12-01T09:00Z", null)]
    [InlineData("25:00", null)]
    [InlineData("13pm", null)]
    [InlineData("0am", null)]
    [InlineData("9", null)]
    [InlineData("friday tomorrow", null)]
    [InlineData("next friday-ish", null)]
    [InlineData("in 999999999 days", null)]
    [InlineData("in 99999999999999999999 days", null)]
    [InlineData("999999999 years ago", null)]
    [InlineData("every day", null)]
    [InlineData("", null)]
    public void A_text_that_is_only_a_date_is_read_more_freely(string phrase, string? expected) =>
        Assert.Equal(expected, DatePhrase.TryParse(phrase, Wednesday.Now, Wednesday.WeekStart, out DueDate due) ? due.ToString() : null);

    [Theory]
    [InlineData("every monday", null, "FREQ=WEEKLY;BYDAY=MO from 2026-11-30")]
    [InlineData("every monday", "2026-12-03", "FREQ=WEEKLY;BYDAY=MO from 2026-12-07")]
    [InlineData("daily", "2026-12-03T08:00", "FREQ=DAILY from 2026-12-03T08:00")]
    [InlineData("monthly 9am", "2026-12-03", "FREQ=MONTHLY from 2026-12-03T09:00")]
    [InlineData("every! 3 days", null, "FREQ=DAILY;INTERVAL=3 from 2026-11-25")]
    [InlineData("every monday please", null, null)]
    [InlineData("monday", null, null)]
    [InlineData("every day until yesterday", null, null)]
    [InlineData("FREQ=DAILY", null, null)]
    public void A_text_that_is_only_a_repetition_is_a_rule_and_its_first_occurrence(string text, string? due, string? expected) =>
        Assert.Equal(expected, RecurrencePhrase.TryParse(text, Wednesday, due, out RecurrencePhrase? phrase) ? $"{phrase.Rule} from {phrase.First}" : null);

    [Fact]
    public void Lines_further_in_are_subtasks()
    {
        const string text = "Trip tomorrow\r\n  - Pack p2\n    * [ ] Socks\n\n  - [ ] Passport #Papers\n\t\tDeep\n - \n Other\n\u2022 Third // n";
        ParsedText parsed = QuickAddParser.Parse(text, Wednesday);
        string[] lines = [.. parsed.Tasks.Select(task => $"{task.Line} {task.Level} {task.Parent} {task.Title}")];
        Assert.Equal(["1 1  Trip", "2 2 0 Pack", "3 3 1 Socks", "5 2 0 Passport", "6 3 3 Deep", "8 1  Other", "9 1  Third"], lines);
        Assert.Equal(["tomorrow", "p2", "#Papers", "// n"], parsed.Understood.Select(span => span.Text));
        Assert.All(parsed.Understood, span => Assert.Equal(span.Text, text.Substring(span.Start, span.Length)));
    }

    [Fact]
    public void What_was_understood_is_named_with_its_place_and_its_value()
    {
        ParsedText parsed = QuickAddParser.Parse("\U0001F3E0 Pay \"rent p1\" every month on the 1st, 9am starting 1 jan until 1 jun #Home @bills p1 // now", Wednesday);
        Assert.Equal(
            [
                new Understood("quoted", 7, 9, "\"rent p1\"", "rent p1"),
                new Understood("recurrence", 17, 22, "every month on the 1st", "FREQ=MONTHLY;UNTIL=20270601;BYMONTHDAY=1"),
                new Understood("time", 41, 3, "9am", "09:00"),
                new Understood("date", 45, 14, "starting 1 jan", "2027-01-01"),
                new Understood("recurrence", 60, 11, "until 1 jun", "FREQ=MONTHLY;UNTIL=20270601;BYMONTHDAY=1"),
                new Understood("list", 72, 5, "#Home", "Home"),
                new Understood("label", 78, 6, "@bills", "bills"),
                new Understood("priority", 85, 2, "p1", "urgent"),
                new Understood("notes", 88, 6, "// now", "now"),
            ],
            parsed.Understood);
        Assert.Equal("\U0001F3E0 Pay rent p1", parsed.Tasks[0].Title);
        Assert.Equal("2027-01-01T09:00", parsed.Tasks[0].Due.ToString());
    }

    [Fact]
    public void The_examples_of_the_documentation_hold()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "quick-add.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.True(rows.Length > 60, $"only {rows.Length} examples");
        foreach (string row in rows)
        {
            string[] cells = row.Split('|', StringSplitOptions.TrimEntries);
            Assert.Equal($"{cells[1]} {cells[2].Replace("`", "", StringComparison.Ordinal)}", $"{cells[1]} {Describe(cells[1].Trim('`'), Wednesday)}");
        }
    }

    private static TheoryData<string, string> Rows(string table)
    {
        var rows = new TheoryData<string, string>();
        foreach (string row in table.Split('\n'))
        {
            string[] cells = row.Split(" => ");
            rows.Add(cells[0], cells[1]);
        }

        return rows;
    }

    private static string Describe(string line, DateContext context)
    {
        ParsedTask task = Assert.Single(QuickAddParser.Parse(line, context).Tasks);
        string?[] parts =
        [
            task.Title,
            task.Due is DueDate due ? $"due {due}" : null,
            task.Recurrence is string rule ? $"repeats {rule}" : null,
            task.RecurrenceFrom == RecurrenceFrom.Completion ? "from completion" : null,
            task.List is string list ? $"in {list}" : null,
            .. task.Labels.Select(label => $"@{label}"),
            task.Priority == Priority.None ? null : task.Priority.ToString().ToLowerInvariant(),
            task.Notes is string notes ? $"notes: {notes}" : null,
        ];
        return string.Join("; ", parts.Where(part => part is not null));
    }
}
