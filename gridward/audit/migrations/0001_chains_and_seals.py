import django.db.models.deletion
import gridward.gpkg.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('districts', '0001_districts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Read',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=30)),
                ('purpose', models.CharField(max_length=40)),
                ('thing', models.CharField(help_text='the open thing that justifies it, like cases.Case:12', max_length=80)),
                ('was_refused', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('hash', models.BinaryField(max_length=32)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
        ),
        migrations.CreateModel(
            name='ReadPerson',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(max_length=80)),
                ('read', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='persons', to='audit.read')),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('sealed_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
                ('root', models.BinaryField(max_length=32)),
                ('prev', models.BinaryField(max_length=32)),
                ('hmac', models.BinaryField(max_length=32)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
        ),
        migrations.CreateModel(
            name='SealLeaf',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('table', models.CharField(max_length=60)),
                ('step_id', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leaves', to='audit.seal')),
            ],
        ),
        migrations.CreateModel(
            name='StepBody',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=60)),
                ('step_id', models.BigIntegerField()),
                ('salt', models.BinaryField(max_length=16)),
                ('body', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('table', 'step_id'), name='step_body_once')],
            },
        ),
        migrations.CreateModel(
            name='Chain',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=80)),
                ('n', models.PositiveIntegerField(default=0)),
                ('hash', models.BinaryField(max_length=32)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('district', 'subject'), name='chain_once')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', gridward.gpkg.ids.NodeAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField(help_text='counts from 1 within the subject')),
                ('verb', models.CharField(max_length=60)),
                ('role', models.CharField(max_length=30)),
                ('at', models.DateTimeField(help_text='when it happened')),
                ('recorded_at', models.DateTimeField(help_text='when the server learnt of it')),
                ('is_time_doubtful', models.BooleanField(default=False)),
                ('prev', models.BinaryField(max_length=32)),
                ('body_digest', models.BinaryField(max_length=32)),
                ('hash', models.BinaryField(max_length=32)),
                ('subject', models.CharField(max_length=80)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='districts.district')),
            ],
            options={
                'indexes': [models.Index(fields=['district', 'recorded_at'], name='entry_recorded')],
                'constraints': [models.UniqueConstraint(fields=('district', 'subject', 'n'), name='entry_n_once')],
            },
        ),
        migrations.AddIndex(
            model_name='read',
            index=models.Index(fields=['district', 'thing'], name='read_thing'),
        ),
        migrations.AddIndex(
            model_name='read',
            index=models.Index(fields=['district', 'at'], name='read_at'),
        ),
        migrations.AddIndex(
            model_name='readperson',
            index=models.Index(fields=['person'], name='read_person'),
        ),
        migrations.AddConstraint(
            model_name='readperson',
            constraint=models.UniqueConstraint(fields=('read', 'person'), name='read_person_once'),
        ),
        migrations.AddConstraint(
            model_name='seal',
            constraint=models.UniqueConstraint(fields=('district', 'n'), name='seal_n_once'),
        ),
        migrations.AddConstraint(
            model_name='sealleaf',
            constraint=models.UniqueConstraint(fields=('table', 'step_id'), name='leaf_row_once'),
        ),
        migrations.AddConstraint(
            model_name='sealleaf',
            constraint=models.UniqueConstraint(fields=('seal', 'n'), name='leaf_n_once'),
        ),
    ]
