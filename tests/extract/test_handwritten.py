"""Entries of bibliographies written by hand, one a style that journals and authors use: authors and title read off by eye."""

import time

import pytest

from paperlab.extract.bibitem import read_bibitem
from paperlab.extract.leading import leading_names

ENTRIES = [
    (r'D. Silver et al. Mastering the game of Go with deep neural networks and tree search. Nature 529, 484 (2016).', ('D. Silver',), 'Mastering the game of Go with deep neural networks and tree search'),
    (r'H. Kim, J. Park: Fast nets for slow people. In: Proc. CVPR, pp. 1--8 (2019)', ('H. Kim', 'J. Park'), 'Fast nets for slow people'),
    (r'O. Ronneberger, P. Fischer, T. Brox, U-net: Convolutional networks for biomedical image segmentation, in: MICCAI, Springer, 2015, pp. 234--241.', ('O. Ronneberger', 'P. Fischer', 'T. Brox'), 'U-net: Convolutional networks for biomedical image segmentation'),
    (r'D. P. Kingma and J. Ba. 2014. Adam: {A} method for stochastic optimization. arXiv:1412.6980.', ('D. P. Kingma', 'J. Ba'), 'Adam: A method for stochastic optimization'),
    (r'Xu K, Ba J, Kiros R, et al. Show, attend and tell[C]//International Conference on Machine Learning. PMLR, 2015: 2048-2057.', ('K Xu', 'J Ba', 'R Kiros'), 'Show, attend and tell'),
    (r'He K, Zhang X. Deep residual learning[J]. Nature, 2016, 3(2): 1-9.', ('K He', 'X Zhang'), 'Deep residual learning'),
    (r'Smith, J.A.; Doe, K.; van Dyk, L. Sand and more. {\em Sensors} {\bf 2019}, {\em 19}, 1.', ('J.A. Smith', 'K. Doe', 'L. van Dyk'), 'Sand and more'),
    (r'Robitaille, T.~P., Tollerud, E.~J., et al.\ 2013, \aap, 558, A33', ('T. P. Robitaille', 'E. J. Tollerud'), None),
    (r'Astropy Collaboration, Robitaille, T.~P., Tollerud, E.~J., et al.\ 2013, \aap, 558, A33', ('Astropy Collaboration', 'T. P. Robitaille', 'E. J. Tollerud'), None),
    (r'Xu K, Ba J, Kiros R, et al. Show, attend and tell. In: ICML; 2015. p. 2048–57.', ('K Xu', 'J Ba', 'R Kiros'), 'Show, attend and tell'),
    (r"Smith, J. and Doe, K. (2010), `A title of words', Journal of Things 3(1), 1–10.", ('J. Smith', 'K. Doe'), 'A title of words'),
    (r'Vaswani, Ashish, et al. "Attention is all you need." Advances in neural information processing systems 30 (2017).', ('Ashish Vaswani',), 'Attention is all you need'),
    (r"Vaswani, Ashish, et al. ``Attention is all you need.'' NeurIPS 30 (2017).", ('Ashish Vaswani',), 'Attention is all you need'),
    (r'A. Vaswani et al., Attention is all you need, NeurIPS 2017.', ('A. Vaswani',), 'Attention is all you need'),
    (r'R. Sutton and A. Barto. \emph{Reinforcement Learning: An Introduction}. MIT Press, 2018.', ('R. Sutton', 'A. Barto'), 'Reinforcement Learning: An Introduction'),
    (r"L. Breiman, ``Random forests'', Machine Learning 45 (2001), 5--32", ('L. Breiman',), 'Random forests'),
    (r'Y. LeCun, Y. Bengio, G. Hinton. Deep learning. Nature, 521:436–444, 2015.', ('Y. LeCun', 'Y. Bengio', 'G. Hinton'), 'Deep learning'),
    (r'Goodfellow I, Bengio Y, Courville A. Deep Learning. MIT Press; 2016.', ('I Goodfellow', 'Y Bengio', 'A Courville'), 'Deep Learning'),
    (r'OpenAI. GPT-4 technical report. arXiv:2303.08774, 2023', ('OpenAI',), 'GPT-4 technical report'),
    (r'K. He, X. Zhang, S. Ren, and J. Sun, Deep residual learning for image recognition, in CVPR (2016), pp. 770–778.', ('K. He', 'X. Zhang', 'S. Ren', 'J. Sun'), 'Deep residual learning for image recognition'),
    (r'J.~Doe and K.~Roe, \emph{Title of it here}, J. Funct. Anal. \textbf{3} (2001), no.~1, 1--10. \MR{123}', ('J. Doe', 'K. Roe'), 'Title of it here'),
    (r'{\sc J. Doe and K. Roe}, {\em Title of it here}, SIAM J., 3 (2001), pp.~1--10.', ('J. Doe', 'K. Roe'), 'Title of it here'),
    (r'Doe, J., Roe, K. \& Poe, E. Title of it here. \emph{Nature} \textbf{521}, 436 (2015).', ('J. Doe', 'K. Roe', 'E. Poe'), 'Title of it here'),
    (r'\APACinsertmetastar {doe}\begin{APACrefauthors}Doe, J.\BCBT {}\ \BBA {} Roe, K.\end{APACrefauthors}\unskip\ \newblock \APACrefYearMonthDay{2001}{}{}. \newblock {\BBOQ}\APACrefatitle {Title of it here} {Title of it here}.{\BBCQ} \newblock \APACjournalVolNumPages{J}{3}{}{1--2}.', ('J. Doe', 'K. Roe'), 'Title of it here'),
    (r'John Doe and Jane Roe. 2019. \newblock \href{https://doi.org/10.1/2}{Title of it here}. \newblock In \emph{Proc}.', ('John Doe', 'Jane Roe'), 'Title of it here'),
    (r'Doe J., Roe K. (2010) Title of it here. J 3:1', ('J. Doe', 'K. Roe'), 'Title of it here'),
    (r'Doe, J., 2010. Title of it here. Journal 3, 1–10.', ('J. Doe',), 'Title of it here'),
    (r'Doe, J., Roe, K., 2010. Title of it here. Journal 3, 1–10.', ('J. Doe', 'K. Roe'), 'Title of it here'),
    (r'Ashish Vaswani, Noam Shazeer, and Niki Parmar. Attention is all you need. In NeurIPS, 2017.', ('Ashish Vaswani', 'Noam Shazeer', 'Niki Parmar'), 'Attention is all you need'),
    (r'Ashish Vaswani, Noam Shazeer, Niki Parmar, et al. Attention is all you need. In \emph{NeurIPS}, 2017.', ('Ashish Vaswani', 'Noam Shazeer', 'Niki Parmar'), 'Attention is all you need'),
    (r'Ashish Vaswani, Noam Shazeer, and Niki Parmar. 2017. Attention is all you need. In \textit{NeurIPS}.', ('Ashish Vaswani', 'Noam Shazeer', 'Niki Parmar'), 'Attention is all you need'),
    (r'K. Cho, B. van Merrienboer, and Y. Bengio, “Learning phrase representations,” arXiv preprint arXiv:1406.1078, 2014.', ('K. Cho', 'B. van Merrienboer', 'Y. Bengio'), 'Learning phrase representations'),
    (r'S. Hochreiter and J. Schmidhuber, Long short-term memory, {\it Neural Comput.} {\bf 9} (1997), 1735--1780.', ('S. Hochreiter', 'J. Schmidhuber'), 'Long short-term memory'),
    (r'S. Hochreiter, J. Schmidhuber (1997). Long short-term memory. Neural Comput. 9, 1735', ('S. Hochreiter', 'J. Schmidhuber'), 'Long short-term memory'),
    (r'V. Vapnik, The Nature of Statistical Learning Theory, Springer, New York, 1995.', ('V. Vapnik',), 'The Nature of Statistical Learning Theory'),
    (r'V. Vapnik. \textit{Statistical Learning Theory}. Wiley, 1998.', ('V. Vapnik',), 'Statistical Learning Theory'),
    (r'Bishop C M 2006 \textit{Pattern Recognition and Machine Learning} (New York: Springer)', ('C M Bishop',), 'Pattern Recognition and Machine Learning'),
    (r'Nesterov Yu. (1983) A method of solving a convex programming problem. Soviet Math. 27, 372.', ('Yu. Nesterov',), 'A method of solving a convex programming problem'),
    (r'J. Devlin, M.-W. Chang, K. Lee and K. Toutanova, BERT: Pre-training of deep bidirectional transformers, in: NAACL, 2019.', ('J. Devlin', 'M.-W. Chang', 'K. Lee', 'K. Toutanova'), 'BERT: Pre-training of deep bidirectional transformers'),
    (r"M. Abadi, \textit{et al.}, ``TensorFlow: A system,'' in \textit{OSDI}, 2016.", ('M. Abadi',), 'TensorFlow: A system'),
    (r'M. Abadi, {\em et al.} TensorFlow: A system for large-scale learning. In {\em OSDI}, 2016.', ('M. Abadi',), 'TensorFlow: A system for large-scale learning'),
    (r'T. Mikolov, K. Chen, G. Corrado, J. Dean, Efficient estimation of word representations in vector space, CoRR abs/1301.3781.', ('T. Mikolov', 'K. Chen', 'G. Corrado', 'J. Dean'), 'Efficient estimation of word representations in vector space'),
    (r'The CIFAR-10 dataset, \url{https://www.cs.toronto.edu/~kriz/cifar.html}', (), 'The CIFAR-10 dataset'),
    (r'Srivastava, Nitish, Hinton, Geoffrey, Krizhevsky, Alex, and Salakhutdinov, Ruslan. Dropout: A simple way to prevent overfitting. \emph{JMLR}, 2014.', ('Nitish Srivastava', 'Geoffrey Hinton', 'Alex Krizhevsky', 'Ruslan Salakhutdinov'), 'Dropout: A simple way to prevent overfitting'),
    (r"P. Erd\H{o}s and A. R\'enyi. On random graphs I. {\em Publ. Math. Debrecen}, 6:290--297, 1959.", ('P. Erdős', 'A. Rényi'), 'On random graphs I'),
    (r'E. J. Hu, Y. Shen, P. Wallis, \emph{et al.} LoRA: Low-rank adaptation of large language models. ICLR 2022.', ('E. J. Hu', 'Y. Shen', 'P. Wallis'), 'LoRA: Low-rank adaptation of large language models'),
    (r'Rumelhart, D.E., Hinton, G.E., Williams, R.J.: Learning representations by back-propagating errors. Nature 323, 533 (1986)', ('D.E. Rumelhart', 'G.E. Hinton', 'R.J. Williams'), 'Learning representations by back-propagating errors'),
    (r'D.E. Knuth, \textit{The Art of Computer Programming}, vol. 2, 3rd ed., Addison-Wesley, 1997.', ('D.E. Knuth',), 'The Art of Computer Programming'),
    (r'Wikipedia contributors. Softmax function --- Wikipedia, 2020.', ('Wikipedia contributors',), 'Softmax function — Wikipedia'),
    (r'W. Zaremba, I. Sutskever, O. Vinyals. Recurrent Neural Network Regularization. \texttt{arXiv:1409.2329} (2014)', ('W. Zaremba', 'I. Sutskever', 'O. Vinyals'), 'Recurrent Neural Network Regularization'),
    (r'Bengio, Y. and LeCun, Y., Eds. Large-Scale Kernel Machines. MIT Press (2007).', ('Y. Bengio', 'Y. LeCun'), 'Large-Scale Kernel Machines'),
    (r'A. Krizhevsky. Learning multiple layers of features from tiny images. Technical report, University of Toronto, 2009.', ('A. Krizhevsky',), 'Learning multiple layers of features from tiny images'),
    (r'A. Paszke et al, PyTorch: An imperative style, high-performance deep learning library, NeurIPS (2019) 8024.', ('A. Paszke',), 'PyTorch: An imperative style, high-performance deep learning library'),
    (r'F. Pedregosa, G. Varoquaux, {\it et al.}, Scikit-learn: Machine learning in Python, J. Mach. Learn. Res. {\bf 12}, 2825 (2011).', ('F. Pedregosa', 'G. Varoquaux'), 'Scikit-learn: Machine learning in Python'),
    (r'C. Zhang, S. Bengio, M. Hardt, B. Recht and O. Vinyals, Understanding deep learning requires rethinking generalization, arXiv:1611.03530 (2016).', ('C. Zhang', 'S. Bengio', 'M. Hardt', 'B. Recht', 'O. Vinyals'), 'Understanding deep learning requires rethinking generalization'),
    (r"Doe J D, Roe P and van Poe K 2003 {\it J. Phys. A: Math. Gen.} {\bf 36} 1234", ("J D Doe", "P Roe", "K van Poe"), None),
    (r"Doe C: Title of it, pp 1--12. Publisher, place (2007)", ("C Doe",), "Title of it"),
    (r"Doe, F., Roe, S.: Title of it. 2nd ed. Publisher (1999)", ("F. Doe", "S. Roe"), "Title of it"),
    # as BibTeX prints them by plain, siam, amsplain, ieeetr, cc
    (r"S{\o}ren Doe, J{\"o}rg M{\"u}ller, and S.~Poe. \newblock Is $k$-means really at 50\%? {A} study. \newblock {\em J. Mach. Learn. Res.}, 11, 2010.", ("Søren Doe", "Jörg Müller", "S. Poe"), "Is $k$-means really at 50%? A study"),
    (r"Bob Doe, Jr. and Mar{\'\i}a de~la Poe. \newblock Shapes at 9\%: what and how. \newblock In {\em ICML}, 2021.", ("Bob Doe Jr.", "María de la Poe"), "Shapes at 9%: what and how"),
    (r"{\sc J.~Doe, Y.~Roe, and A.~Poe}, {\em Deep Reading}, Some Press, 2016. \newblock \url{http://www.example.org}.", ("J. Doe", "Y. Roe", "A. Poe"), "Deep Reading"),
    (r"{\sc Jane Doe}, Notes on nothing. \newblock Submitted, 2022.", ("Jane Doe",), "Notes on nothing"),
    (r"Laurens J.~P. van~der Doe, \emph{Features of 9\% of visual data}, Ph.D. thesis, Some University, 2009.", ("Laurens J. P. van der Doe",), "Features of 9% of visual data"),
    (r"Wei Doe, Yu~Roe, and Q.~Poe, \emph{Short: a {\em very} short title}, Proc. AAAI, 2020.", ("Wei Doe", "Yu Roe", "Q. Poe"), "Short: a very short title"),
    (r"D.~E. Doe, {\em The Art of Reading}, vol.~2, ch.~3. \newblock Some Press, third~ed., 1997.", ("D. E. Doe",), "The Art of Reading"),
    (r"H.~Doe and H.~Roe, editors. \newblock {\em Advances in Things}. Curran, 2019.", ("H. Doe", "H. Roe"), "Advances in Things"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "authors", "title"), ENTRIES)
def test_reads_authors_and_title_of_every_style(entry: str, authors: tuple[str, ...], title: str | None) -> None:
    found = read_bibitem("k", entry)
    assert (found.authors, found.title) == (authors, title)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Doe, J., Roe, K. (2010)", ("J. Doe", "K. Roe")),
        ("J.-B. Grill, M. de la Cruz, and O. O’Neil. X", ("J.-B. Grill", "M. de la Cruz", "O. O’Neil")),
        ("van der Berg C and Li D, Some title", ("C van der Berg", "D Li")),
        ("Ann Lee, Bo B. Chen, and Cy Day, 2001", ("Ann Lee", "Bo B. Chen", "Cy Day")),
        ("ATLAS Collaboration, Aad, G., et al. 2012", ("ATLAS Collaboration", "G. Aad")),
        ("A. Lee [The Big Collaboration], Phys. Lett.", ("A. Lee",)),
    ],
)
def test_all_names_are_in_the_style_of_the_first(text: str, names: tuple[str, ...]) -> None:
    found = leading_names(text)
    assert found is not None
    assert found.names == names


@pytest.mark.parametrize("text", ["the cifar data", "", "12", "see [3]", ", A."])
def test_what_begins_with_no_name_has_none(text: str) -> None:
    assert leading_names(text) is None


def test_a_long_row_of_initials_ends_soon() -> None:
    start = time.monotonic()
    read_bibitem("k", "A. " * 20_000)
    assert time.monotonic() - start < 5
