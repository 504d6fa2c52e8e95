# The product of a tile of documents and some queries, and what is looked at first of it.

# Vectors [N, D] in bfloat16, and the length of what each of them lost [N].
def rounded(self, x: Tensor) -> List[Tensor]:
  low = x.to(15)  # bfloat16
  return [low, torch.norm(x - low.to(x.dtype), 2, [1])]

# Scores [Q, T] of queries [Q, D] and documents [T, D], and the best of each 32 of them [Q, T / 32], in float32.
# They lie in `room` and `maxima_room`, for as many and more, so that no memory is asked for again and again.
def multiply(self, queries: Tensor, documents: Tensor, room: Tensor, maxima_room: Tensor) -> List[Tensor]:
  n = queries.size(0)
  t = documents.size(0)
  scores = room[0:n * t].view([n, t])
  if queries.dtype != room.dtype:
    scores.copy_(torch.mm(queries, torch.t(documents)))
  else:
    torch.mm(queries, torch.t(documents), out=scores)
  maxima = torch.amax(scores.view([n, t // 32, 32]), [2], False, out=maxima_room[0:n * (t // 32)].view([n, t // 32]))
  return [scores, maxima]
