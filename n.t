
real	0m20.782s
user	0m7.575s
sys	0m0.456s
