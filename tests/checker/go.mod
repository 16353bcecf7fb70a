module registry.example/checker

go 1.25.0

require golang.org/x/mod v0.0.0

// The two packages come with Go itself; the test that builds this program copies them here.
replace golang.org/x/mod => ./mod
