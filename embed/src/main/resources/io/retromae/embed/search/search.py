# The product of a tile of documents and some queries, and what is looked at first of it.

# Scores [Q, T] of queries [Q, D] and documents [T, D], and the best of each 32 of them [Q, T / 32].
def multiply(self, queries: Tensor, documents: Tensor) -> List[Tensor]:
  scores = torch.mm(queries, torch.t(documents))
  groups = scores.view([queries.size(0), documents.size(0) // 32, 32])
  return [scores, torch.amax(groups, [2], False)]
