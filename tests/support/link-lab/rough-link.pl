#!/usr/bin/perl
# A link that loses and delays packets, for kernels without sch_netem: two TUN devices, and every packet that comes out of
# one goes into the other. Arguments: the two devices' names. A line on stdin changes it: "LOSS% DELAY_MS JITTER_MS",
# for each direction. Prints "ready" when both devices are there; ends with its stdin.
use strict;
use warnings;
use Time::HiRes qw(time);

use constant { TUNSETIFF => 0x400454ca, IFF_TUN => 1, IFF_NO_PI => 0x1000 };
my ($loss, $delay, $jitter) = (0, 0, 0);

sub device {
  my ($name) = @_;
  open(my $tun, '+<', '/dev/net/tun') or die "no /dev/net/tun: $!\n";
  ioctl($tun, TUNSETIFF, pack('a16 s x22', $name, IFF_TUN | IFF_NO_PI)) or die "no device $name: $!\n";
  return $tun;
}

my @tun = map { device($_) } @ARGV[0, 1];
my @queue = ([], []);
$| = 1;
print "ready\n";

while (1) {
  my $next;
  for my $way (@queue) {
    $next = $way->[0][0] if @$way && (!defined $next || $way->[0][0] < $next);
  }
  my $bits = '';
  vec($bits, fileno($_), 1) = 1 for @tun, *STDIN;
  my $wait = defined $next ? $next - time : undef;
  $wait = 0 if defined $wait && $wait < 0;
  select(my $ready = $bits, undef, undef, $wait);
  if (vec($ready, fileno(STDIN), 1)) {
    my $read = sysread(STDIN, my $line, 200);
    exit 0 unless $read;
    ($loss, $delay, $jitter) = ($1, $2, $3) if $line =~ /([\d.]+) ([\d.]+) ([\d.]+)\s*$/;
  }
  for my $from (0, 1) {
    next unless vec($ready, fileno($tun[$from]), 1);
    sysread($tun[$from], my $packet, 65535) or next;
    next if rand(100) < $loss;
    my $way = $queue[1 - $from];
    my $due = time + ($delay + rand($jitter)) / 1000;
    # no overtaking, as on one cable
    $due = $way->[-1][0] if @$way && $way->[-1][0] > $due;
    push @$way, [$due, $packet];
  }
  my $now = time;
  for my $to (0, 1) {
    # a device that is down refuses: lost
    syswrite($tun[$to], (shift @{ $queue[$to] })->[1]) while @{ $queue[$to] } && $queue[$to][0][0] <= $now;
  }
}
