
real	0m18.016s
user	0m6.215s
sys	0m0.460s
